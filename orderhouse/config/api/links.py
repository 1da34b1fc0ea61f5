"""How operations of the API follow one another, across the rooms and both wings."""

from __future__ import annotations

from orderhouse.http.links import Leads

_ORDER = ("get_order", "hold_order", "lift_holds", "release_order", "cancel_order", "authorize_return")
_INVALID = ("get_invalid_order", "replay_invalid_order", "discard_invalid_order")
_RECEIPT = ("get_receipt", "receive_goods", "close_receipt")
_RETURN = ("get_receipt", "receive_returned", "grade_returned", "close_receipt")
_ITEM = ("get_availability", "explain_availability", "list_movements")

_SAME_ORDER = {"order": "$request.path.order"}
_SAME_RECEIPT = {"number": "$request.path.number", "node": "$request.query.node"}
_SAME_WAVE = {"wave_id": "$request.path.wave_id"}

LEADS = (
    Leads("submit_orders", _ORDER, {"order": "$response.body#/number"}),
    Leads("replay_invalid_order", _ORDER, {"order": "$response.body#/number"}),
    Leads("list_orders", _ORDER, {"order": "$response.body#/data/0/number"}),
    Leads("get_order", _ORDER[1:], {"order": "$response.body#/number"}),
    Leads("hold_order", ("lift_holds", "cancel_order", "get_order"), _SAME_ORDER),
    Leads("lift_holds", ("release_order", "hold_order", "get_order"), _SAME_ORDER),
    Leads("release_order", ("hold_order", "cancel_order", "get_order"), _SAME_ORDER),
    Leads("cancel_order", ("get_order",), _SAME_ORDER),
    Leads("list_invalid_orders", _INVALID, {"invalid_id": "$response.body#/data/0/id"}),
    Leads("get_invalid_order", _INVALID[1:], {"invalid_id": "$response.body#/id"}),
    Leads("announce_receipts", _RECEIPT, {"number": "$request.body#/0/receipt", "node": "$request.body#/0/node"}),
    Leads("start_blind_receipt", _RECEIPT, {"number": "$response.body#/number", "node": "$request.body#/node"}),
    Leads("list_receipts", _RECEIPT, {"number": "$response.body#/data/0/number", "node": "$request.query.node"}),
    Leads("receive_goods", ("receive_goods", "close_receipt", "get_receipt"), _SAME_RECEIPT),
    Leads("receive_goods", ("list_putaways",), {"node": "$request.query.node"}),
    Leads("authorize_return", _RETURN, {"number": "$response.body#/number"}),
    Leads("receive_returned", _RETURN[2:], _SAME_RECEIPT),
    Leads("grade_returned", ("close_receipt", "get_receipt"), _SAME_RECEIPT),
    Leads("grade_returned", ("list_putaways",), {"node": "$request.query.node"}),
    Leads("plan_wave", ("release_wave", "list_tours_of_wave"), {"wave_id": "$response.body#/wave_id"}),
    Leads("list_waves", ("release_wave", "list_tours_of_wave"), {"wave_id": "$response.body#/data/0/id"}),
    Leads("release_wave", ("list_tours_of_wave",), _SAME_WAVE),
    Leads("list_tours_of_wave", ("list_stops",), {"tour_id": "$response.body#/data/0/id"}),
    Leads("list_tours", ("list_stops",), {"tour_id": "$response.body#/data/0/id"}),
    Leads("start_session", ("take_scans", "list_scans"), {"session_id": "$response.body#/data/session"}),
    Leads("take_scans", ("take_scans", "list_scans"), {"session_id": "$request.path.session_id"}),
    Leads("list_parcels", ("get_outbound",), {"release": "$response.body#/data/0/release_number", "node": "$request.query.node"}),
    Leads("list_stops", ("get_bins_of_item",), {"sku": "$response.body#/data/0/sku"}),
    Leads("list_items", _ITEM, {"sku": "$response.body#/data/0/sku"}),
    Leads("list_stock", ("get_bins_of_item",), {"sku": "$response.body#/data/0/sku", "node": "$request.query.node"}),
    Leads("get_bins_of_item", ("get_stock_at_place",), {"code": "$response.body#/data/0/code", "node": "$request.query.node"}),
    Leads("list_letters", ("get_letter",), {"source": "$response.body#/data/0/source", "letter_id": "$response.body#/data/0/id"}),
    Leads(
        "list_events",
        ("get_story",),
        {"subject_kind": "$response.body#/data/0/subject_kind", "subject_id": "$response.body#/data/0/subject_id"},
    ),
)
"""From placing an order to its return, from a receipt to its bins, from a wave to its stops. What a next step takes in its body, an
answer names in its own fields: ids of tasks, of parcels, of exceptions."""
