"""Every address there can be: the house's own and the demonstration's."""

from __future__ import annotations

from django.urls import include, path

from orderhouse.config import urls
from orderhouse.http.policy import refuse_open_routes

urlpatterns = [path("demo/", include("orderhouse.demo.urls")), *urls.urlpatterns]
refuse_open_routes(urlpatterns)
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
