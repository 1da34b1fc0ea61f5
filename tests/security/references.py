"""What may be named in a request, and how to find one of a business: the ids and codes every operation is tried with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from tests.security.marks import as_owner

REFERENCES: dict[str, str] = {
    "order_id": "SELECT id FROM oms_order WHERE tenant_id = %(t)s ORDER BY state = 'shipped', id DESC",
    "order": "SELECT number FROM oms_order WHERE tenant_id = %(t)s ORDER BY state = 'shipped', id DESC",
    "channel_order_id": "SELECT channel_order_id FROM oms_order WHERE tenant_id = %(t)s ORDER BY id",
    "note_id": "SELECT id FROM contract_event WHERE tenant_id = %(t)s AND subject_kind LIKE 'order%%' ORDER BY id",
    "view_id": "SELECT id FROM people_saved_view WHERE tenant_id = %(t)s ORDER BY id",
    "invalid_id": "SELECT id FROM oms_invalid_order WHERE tenant_id = %(t)s ORDER BY id",
    "bulk_id": "SELECT DISTINCT bulk_id FROM oms_bulk_order WHERE tenant_id = %(t)s",
    "item_id": "SELECT id FROM catalog_item WHERE tenant_id = %(t)s ORDER BY id",
    "sku": "SELECT sku FROM catalog_item WHERE tenant_id = %(t)s ORDER BY id",
    "owner": "SELECT code FROM catalog_owner WHERE tenant_id = %(t)s ORDER BY id",
    "channel": "SELECT code FROM oms_channel WHERE tenant_id = %(t)s ORDER BY id",
    "carrier": "SELECT DISTINCT carrier FROM oms_tariff WHERE tenant_id = %(t)s",
    "lot_id": "SELECT id FROM ledger_lot WHERE tenant_id = %(t)s ORDER BY id",
    "lot_sku": "SELECT i.sku FROM ledger_lot l JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id WHERE l.tenant_id = %(t)s ORDER BY l.id",
    "lot_number": "SELECT lot_number FROM ledger_lot WHERE tenant_id = %(t)s ORDER BY id",
    "account_id": "SELECT id FROM ledger_account WHERE tenant_id = %(t)s AND balance > 0 ORDER BY book = 'promise' DESC, id",
    "node_code": "SELECT code FROM catalog_node WHERE tenant_id = %(t)s ORDER BY id",
    "node_id": "SELECT id FROM catalog_node WHERE tenant_id = %(t)s ORDER BY id",
    "wave_number": "SELECT number FROM wms_wave WHERE tenant_id = %(t)s ORDER BY id DESC",
    "wave_id": "SELECT id FROM wms_wave WHERE tenant_id = %(t)s ORDER BY id DESC",
    "tour_id": "SELECT id FROM wms_tour WHERE tenant_id = %(t)s ORDER BY id DESC",
    "unit_code": "SELECT code FROM wms_handling_unit WHERE tenant_id = %(t)s ORDER BY id",
    "bin_code": "SELECT code FROM wms_location WHERE tenant_id = %(t)s AND kind = 'bin' ORDER BY id",
    "place_id": "SELECT id FROM wms_location WHERE tenant_id = %(t)s AND kind = 'bin' ORDER BY id",
    "zone": "SELECT code FROM wms_zone WHERE tenant_id = %(t)s ORDER BY id",
    "bench": "SELECT code FROM wms_location WHERE tenant_id = %(t)s AND kind LIKE 'pack%%' ORDER BY id",
    "outbound_id": "SELECT id FROM wms_outbound WHERE tenant_id = %(t)s ORDER BY id",
    "release": "SELECT number FROM oms_release WHERE tenant_id = %(t)s ORDER BY id",
    "parcel_id": "SELECT id FROM wms_parcel WHERE tenant_id = %(t)s ORDER BY id",
    "parcel": "SELECT sscc FROM wms_parcel WHERE tenant_id = %(t)s ORDER BY id",
    "manifest_id": "SELECT id FROM wms_manifest WHERE tenant_id = %(t)s ORDER BY id",
    "manifest": "SELECT number FROM wms_manifest WHERE tenant_id = %(t)s ORDER BY id",
    "exception_id": "SELECT id FROM wms_exception WHERE tenant_id = %(t)s ORDER BY id",
    "receipt_id": "SELECT id FROM wms_receipt WHERE tenant_id = %(t)s AND number LIKE 'HERE%%' ORDER BY id",
    "receipt": "SELECT number FROM wms_receipt WHERE tenant_id = %(t)s AND number LIKE 'HERE%%' ORDER BY id",
    "putaway_id": "SELECT id FROM wms_putaway_task WHERE tenant_id = %(t)s ORDER BY id",
    "count_id": "SELECT id FROM wms_count_task WHERE tenant_id = %(t)s ORDER BY id",
    "session_id": "SELECT id FROM wms_floor_session WHERE tenant_id = %(t)s ORDER BY id DESC",
    "badge": "SELECT code FROM people_badge WHERE tenant_id = %(t)s ORDER BY id",
    "spare_badge": "SELECT code FROM people_badge WHERE tenant_id = %(t)s ORDER BY id DESC",
    "session_badge": "SELECT badge FROM wms_floor_session WHERE tenant_id = %(t)s ORDER BY id DESC",
    "session_device": "SELECT device FROM wms_floor_session WHERE tenant_id = %(t)s ORDER BY id DESC",
    "shipped_order": "SELECT number FROM oms_order WHERE tenant_id = %(t)s ORDER BY state = 'shipped' DESC, id",
    "shipped_order_id": "SELECT id FROM oms_order WHERE tenant_id = %(t)s ORDER BY state = 'shipped' DESC, id",
    "user_id": "SELECT DISTINCT user_id FROM people_membership WHERE tenant_id = %(t)s",
    "email": "SELECT u.email FROM people_user u JOIN people_membership m ON m.user_id = u.id WHERE m.tenant_id = %(t)s ORDER BY u.id",
    "business": "SELECT code FROM people_tenant WHERE tenant_id = %(t)s",
    "key_id": "SELECT id FROM people_api_key WHERE tenant_id = %(t)s ORDER BY id",
    "device_id": "SELECT id FROM people_device WHERE tenant_id = %(t)s ORDER BY id",
    "tour_text": "SELECT id::text FROM wms_tour WHERE tenant_id = %(t)s ORDER BY id DESC",
    "session_text": "SELECT id::text FROM wms_floor_session WHERE tenant_id = %(t)s ORDER BY id DESC",
    "sku_line": "SELECT sku || ' 1' FROM catalog_item WHERE tenant_id = %(t)s ORDER BY id",
    "bin_and_item": "SELECT place_id || ':' || item_id FROM ledger_account WHERE tenant_id = %(t)s AND book = 'physical' AND place_id > 0 ORDER BY id",
    "source": "SELECT source FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id",
    "message_id": "SELECT id FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id",
    "destination": "SELECT destination FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id",
    "letter": "SELECT source || '/' || id FROM contract_outbox WHERE tenant_id = %(t)s ORDER BY id",
    "customer": "SELECT name FROM oms_customer WHERE tenant_id = %(t)s AND name <> '' ORDER BY id",
    "tracking": "SELECT tracking FROM oms_parcel WHERE tenant_id = %(t)s ORDER BY id",
}  # fmt: skip
"""One of each kind: what is worth stealing first."""

MOST = 4


@dataclass
class Known:
    """One business, as somebody who knows all its ids names them."""

    tenant_id: int
    values: dict[str, list[Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __getitem__(self, kind: str) -> Any:
        return self.values[kind][0]


def known_of(tenant_id: int, *, forged: bool = False) -> Known:
    """Every reference of a business. ``forged``: by somebody who knows all but our signing key."""
    known = Known(tenant_id)
    with as_owner(tenant_id) as connection:
        for kind, statement in REFERENCES.items():
            rows = connection.execute(f"{statement} LIMIT {MOST}".encode(), {"t": tenant_id}).fetchall()
            assert rows, f"the full house holds no {kind}: {statement}"
            assert rows[0][0] not in (None, ""), kind
            known.values[kind] = [row[0] for row in rows]
        row = connection.execute(
            """SELECT n.code, coalesce(s.wall_key, 0) FROM catalog_node n LEFT JOIN wms_site s ON s.tenant_id = n.tenant_id AND s.node_id = n.id
               WHERE n.tenant_id = %s ORDER BY n.id""",
            (tenant_id,),
        ).fetchone()
    assert row
    known.values["token"] = [_wall_token(tenant_id, *row, forged=forged)]
    return known


def _wall_token(tenant_id: int, node: str, serial: int, *, forged: bool) -> str:
    from orderhouse.console.wms import wall

    return signing.dumps([tenant_id, node, serial], salt=wall.SALT, key="a guess" if forged else None)
