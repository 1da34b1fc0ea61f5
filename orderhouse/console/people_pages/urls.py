"""The addresses of people, badges and keys."""

from __future__ import annotations

from django.urls import path

from orderhouse.console.people_pages import badges, keys, people

urlpatterns = [
    path("people", people.people_page, name="people"),
    path("people/new", people.define_person_page, name="define-person"),
    path("people/badges", badges.badges_page, name="badges"),
    path("people/badges/issue", badges.issue, name="issue-badge"),
    path("people/badges/withdraw", badges.withdraw, name="withdraw-badge"),
    path("people/keys", keys.keys_page, name="api-keys"),
    path("people/keys/issue", keys.issue, name="issue-api-key"),
    path("people/keys/<int:key_id>/revoke", keys.revoke, name="revoke-api-key"),
    path("people/<int:user_id>", people.person_page, name="person"),
    path("people/<int:user_id>/roles", people.set_roles_of_person, name="set-roles"),
    path("people/<int:user_id>/reset", people.reset_person_page, name="reset-person"),
]
