"""The rules of the examination in plain sentences, and what each of their rows is about."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "movements_sum_to_zero": _("Every unit that left one account arrived in another: each item's accounts sum to zero."),
    "balance_equals_recount": _("Every balance is what its movements add up to."),
    "no_inside_balance_negative": _("No account inside the books holds less than nothing."),
    "movement_keeps_its_item": _("A movement never changes item, lot, owner or book."),
    "serial_in_one_place": _("A serial number is in one place at a time."),
    "deeds_chained": _("What administrators did stands as it was written: each row is sealed to the one before."),
    "outbox_delivered_or_waiting": _("Every letter was delivered, or still waits to be: none is dead."),
    "promises_equal_lines": _("What the promise book holds for orders is what their lines say."),
    "reservations_equal_lines": _("The reservations of a line are as many units as it says."),
    "releases_equal_lines": _("The releases of a line are as many units as it says."),
    "line_counts_add_up": _("Ordered = cancelled + backordered + reserved + released + shipped, on every line."),
    "shipped_units_have_parcels": _("Every shipped unit lies in a parcel."),
    "order_worth_equals_lines": _("What the goods of an order are worth is the sum of its lines."),
    "one_order_per_channel_order": _("An order of a channel stands here once, however often it was sent."),
    "held_order_has_no_open_release": _("Nothing of a held order went to a warehouse after it was held."),
    "refunds_at_most_paid": _("Nobody was paid back more than they paid."),
    "promise_book_equals_report": _("What the promise book has of a node is what that node last reported."),
    "allocations_equal_pick_tasks": _("What is allocated in a bin is what open pick tasks want from it."),
    "outbound_lines_equal_books": _("Outbound lines say the same as the physical book of what is allocated and in hand."),
    "node_stock_equals_book": _("What a node tells order management is what its physical book holds."),
    "shipped_units_picked_and_packed": _("Nothing left that was not picked and packed."),
    "shipped_units_went_to_the_customer": _("Every shipped unit was moved to the customer, and no other."),
    "expired_or_held_lot_on_no_open_task": _("No open pick task wants a lot that is held."),
    "handling_unit_not_inside_itself": _("No tote, cart or parcel is inside itself."),
    "sscc_used_once": _("An SSCC is on one parcel only."),
}


def sentence(rule: str) -> str:
    """The rule as people say it; one nobody wrote words for reads as its own name."""
    return str(SENTENCES.get(rule) or rule.replace("_", " ").capitalize() + ".")
