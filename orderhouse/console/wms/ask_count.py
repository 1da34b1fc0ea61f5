"""What the pages of a bin and of the map do alike: have a bin counted."""

from __future__ import annotations

from django.utils.translation import ngettext

from orderhouse.catalog.queries import node_by_code
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.layout.queries import location_by_code
from orderhouse.wms.stock.queries import stock_in_bin


def ask_count(request: DeskRequest, node_code: str, bin_code: str) -> None:
    """Ask for a count of every item in the bin, and say so; one already asked for stays as it is."""
    tenant_id = request.desk.tenant_id
    try:
        with unit_of_work(tenant_id):
            node = node_by_code(tenant_id, node_code)
            place = location_by_code(tenant_id, node.id, bin_code)
            items = sorted({row.item_id for row in stock_in_bin(tenant_id, place.id)})
            request_counts(by=request.desk.by(), bins=[(place.id, item_id) for item_id in items], reason="suspicion")
        said = ngettext(
            "%(count)d item in %(bin)s is to be counted.", "%(count)d items in %(bin)s are to be counted.", len(items)
        )
        toasts.say(request, said % {"count": len(items), "bin": bin_code})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
