"""The promise wing's addresses."""

from __future__ import annotations

from django.urls import path

from orderhouse.console.oms import (
    bulk,
    home,
    invalid,
    order,
    order_acts,
    order_edit,
    order_why,
    orders,
    place_order,
    stock,
    stock_item,
    stock_movements,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("orders", orders.order_list, name="orders"),
    path("orders/columns", orders.choose_columns, name="order-columns"),
    path("orders/views", orders.save, name="save-view"),
    path("orders/views/<int:view_id>", orders.change_view, name="change-view"),
    path("orders/place", place_order.place, name="place-order"),
    path("orders/place/check", place_order.check, name="check-order"),
    path("orders/place/items", place_order.find, name="find-items"),
    path("orders/bulk", bulk.begin, name="bulk"),
    path("orders/bulk/<int:bulk_id>", bulk.show, name="bulk-action"),
    path("orders/bulk/<int:bulk_id>/go-on", bulk.go_on, name="bulk-go-on"),
    path("orders/bulk/<int:bulk_id>/do", bulk.do, name="bulk-do"),
    path("orders/<int:order_id>", order.order_page, name="order"),
    path("orders/<int:order_id>/why", order_why.order_why, name="order-why"),
    path("orders/<int:order_id>/what-if", order_why.order_what_if, name="order-what-if"),
    path("orders/<int:order_id>/hold", order_acts.hold, name="hold-order"),
    path("orders/<int:order_id>/lift", order_acts.lift, name="lift-holds"),
    path("orders/<int:order_id>/release", order_acts.release, name="release-order"),
    path("orders/<int:order_id>/source", order_acts.source, name="source-order"),
    path("orders/<int:order_id>/move", order_acts.move, name="move-order"),
    path("orders/<int:order_id>/edit", order_edit.edit, name="edit-order"),
    path("orders/<int:order_id>/recall", order_edit.recall, name="recall-order"),
    path("orders/<int:order_id>/cancel", order_acts.cancel, name="cancel-order"),
    path("orders/<int:order_id>/return", order_acts.authorize_return, name="return-order"),
    path("orders/<int:order_id>/note", order_acts.note, name="note-order"),
    path("orders/<int:order_id>/note/withdraw", order_acts.take_note_back, name="withdraw-note"),
    path("orders/<int:order_id>/advise", order_acts.advise, name="advise-channel"),
    path("invalid", invalid.invalid_list, name="invalid-orders"),
    path("invalid/<int:invalid_id>", invalid.invalid_page, name="invalid-order"),
    path("invalid/<int:invalid_id>/replay", invalid.replay, name="replay-invalid"),
    path("invalid/<int:invalid_id>/discard", invalid.discard, name="discard-invalid"),
    path("stock", stock.stock_list_page, name="stock"),
    path("stock/<int:item_id>", stock_item.item_page, name="item"),
    path("stock/<int:item_id>/movements", stock_movements.item_movements, name="item-movements"),
    path("stock/<int:item_id>/history", stock_movements.item_history, name="item-history"),
]
