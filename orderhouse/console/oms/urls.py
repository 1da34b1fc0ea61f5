"""The promise wing's addresses."""

from __future__ import annotations

from django.urls import path

from orderhouse.console.oms import home, invalid, order, orders, stock

urlpatterns = [
    path("", home.home, name="home"),
    path("orders", orders.order_list, name="orders"),
    path("orders/<int:order_id>", order.order_page, name="order"),
    path("orders/<int:order_id>/hold", order.hold, name="hold-order"),
    path("orders/<int:order_id>/lift", order.lift, name="lift-holds"),
    path("orders/<int:order_id>/cancel", order.cancel, name="cancel-order"),
    path("invalid", invalid.invalid_list, name="invalid-orders"),
    path("invalid/<int:invalid_id>/replay", invalid.replay, name="replay-invalid"),
    path("invalid/<int:invalid_id>/discard", invalid.discard, name="discard-invalid"),
    path("stock", stock.stock_list_page, name="stock"),
    path("stock/<int:item_id>", stock.item_page, name="item"),
]
