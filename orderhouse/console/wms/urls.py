"""The floor's addresses."""

from __future__ import annotations

from django.urls import path

from orderhouse.console.wms import floor

urlpatterns = [
    path("floor", floor.floor, name="floor"),
    path("floor/counts/<int:task_id>/approve", floor.approve_count, name="approve-count"),
    path("floor/item/<int:item_id>", floor.bins_fragment, name="bins-of-item"),
    path("floor/releases", floor.releases_fragment, name="floor-of-releases"),
    path("floor/<str:node_code>", floor.floor, name="floor-of-node"),
]
