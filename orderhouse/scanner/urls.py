"""The scanner's addresses, all under /scanner/, where its cookies and its service worker live."""

from __future__ import annotations

from django.urls import path

from orderhouse.scanner import devices, pages, sign_in, words, work

app_name = "scanner"
urlpatterns = [
    path("", pages.home, name="home"),
    path("sw.js", pages.service_worker, name="service-worker"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("devices", devices.page, name="devices"),
    path("api/me", sign_in.me, name="me"),
    path("api/words", words.words, name="words"),
    path("api/enroll", sign_in.enroll, name="enroll"),
    path("api/sign-in", sign_in.sign_in, name="sign-in"),
    path("api/sign-out", sign_in.sign_out, name="sign-out"),
    path("api/work", work.work, name="work"),
    path("api/start", work.start, name="start"),
    path("api/scans", work.scans, name="scans"),
]
