"""The API of whatever stands here: each installed wing's doors, and those both share, under ``/api/v1``."""

from __future__ import annotations

from django.apps import apps

from orderhouse import __version__
from orderhouse.config.api import books, catalog, events, letters
from orderhouse.config.api.links import LEADS
from orderhouse.config.api.receipts import announcements
from orderhouse.http.api import Api
from orderhouse.http.doors import Door

PREFIX = "api/v1/"
DESCRIPTION = """Orders and warehouses in one connected platform.

**Keys.** Send `Authorization: Bearer oh_...`; each operation names the scope it needs.
**Refusals** are problems (RFC 9457): `detail` is the sentence, `field` or `problems` where, `remedy` how to mend it, `code` the rule.
**Commands** may carry an `Idempotency-Key`: a repeat gets the first answer with `Idempotency-Replayed: true` and does nothing; another
request under the same key is refused. Orders need none (the channel's own id does it), nor do scans (the scanner's id does).
**Lists** go by cursor: ask again with `cursor=` the `next_cursor` of the page before.
**Ids** are text. Quantities are whole base units; money is a decimal as text, or minor units where the name says so.
"""


def doors() -> dict[str, Door]:
    """Prefix → door, of the wings that are installed."""
    found: dict[str, Door] = {}
    if apps.is_installed("orderhouse.oms"):
        from orderhouse.oms.api import DOORS as OMS_DOORS

        found |= OMS_DOORS
    if apps.is_installed("orderhouse.wms"):
        from orderhouse.wms.api import DOORS as WMS_DOORS

        found |= WMS_DOORS
    announcements(found.setdefault("/receipts", Door(tags=["Receipts"])))
    return found | {
        "/owners": catalog.owners_door,
        "/items": catalog.items_door,
        "/nodes": catalog.nodes_door,
        "/badges": catalog.badges_door,
        "/movements": books.movements_door,
        "/books": books.door,
        "/events": events.door,
        "/channel-messages": events.messages_door,
        "/mailbox": events.mailbox_door,
        "/letters": letters.letters_door,
        "/connections": letters.connections_door,
        "/routes": letters.routes_door,
    }


def open_api() -> Api:
    """The API with every door."""
    made = Api(title="Orderhouse", version=__version__, description=DESCRIPTION, leads=LEADS)
    for prefix, door in doors().items():
        made.add_router(prefix, door)
    return made


api = open_api()
