"""Labels, manifests and what ships: reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ToLabel:
    """A parcel and what its label says. ``attempt`` counts labels it had that are void or to be voided, plus one; ``zpl`` is
    filled where the label of this attempt is bought already. Addresses are JSON."""

    parcel_id: int
    outbound_id: int
    sscc: str
    state: str
    carrier: str
    service: str
    weight_grams: int
    attempt: int
    number: int
    count: int
    order_number: str
    ship_to: str
    node_name: str
    node_address: str
    country: str
    tracking: str
    zpl: str | None
    cost_minor: int

    @property
    def purchase_key(self) -> str:
        return f"{self.parcel_id}:{self.attempt}"


def parcels_to_label(tenant_id: int, parcel_ids: Iterable[int]) -> list[ToLabel]:
    """Parcels with what their labels say, by id; refuses an unknown parcel."""
    wanted = sorted(set(parcel_ids))
    rows = fetch_all(sql.load(__file__, "parcels_to_label"), {"tenant": tenant_id, "ids": wanted}, of=ToLabel)
    if len(rows) < len(wanted):
        raise NotFound(kind="parcel", code=min(set(wanted) - {row.parcel_id for row in rows}), field="parcel_ids")
    return rows


class NewLabel(NamedTuple):
    """A label that was bought. ``wanted`` is false where its parcel changed meanwhile: it is to be voided."""

    parcel_id: int
    purchase_key: str
    carrier: str
    tracking: str
    zpl: str
    cost_minor: int
    wanted: bool


def keep_labels(by: By, labels: Sequence[NewLabel]) -> None:
    """Write labels bought (one kept already stays as it is), and set their parcels labelled."""
    if not labels:
        return
    params = {
        "tenant": by.tenant_id,
        "at": by.at,
        "keys": [label.purchase_key for label in labels],
        "parcels": [label.parcel_id for label in labels],
        "carriers": [label.carrier for label in labels],
        "trackings": [label.tracking for label in labels],
        "zpls": [label.zpl for label in labels],
        "costs": [label.cost_minor for label in labels],
        "wanted": [label.wanted for label in labels],
    }
    execute(sql.load(__file__, "insert_labels"), params)
    execute(sql.load(__file__, "label_parcels"), params)


class ToVoid(NamedTuple):
    """A label the carrier is to take back."""

    purchase_key: str
    carrier: str
    tracking: str


def labels_to_void(tenant_id: int, parcel_ids: Sequence[int] | None) -> list[ToVoid]:
    """Labels that are no longer on their parcels and not void at the carrier yet; of these parcels, or all."""
    return fetch_all(
        """SELECT purchase_key, carrier, tracking FROM wms_label
           WHERE tenant_id = %(tenant)s AND void_wanted_at IS NOT NULL AND voided_at IS NULL
             AND (%(parcels)s::bigint[] IS NULL OR parcel_id = ANY (%(parcels)s::bigint[]))
           ORDER BY void_wanted_at, purchase_key LIMIT 1000""",
        {"tenant": tenant_id, "parcels": None if parcel_ids is None else list(parcel_ids)},
        of=ToVoid,
    )


def take_labels_off(by: By, parcel_ids: Sequence[int]) -> None:
    """Labelled or manifested parcels are packed again, and their labels are to be voided."""
    execute(sql.load(__file__, "take_labels_off"), {"tenant": by.tenant_id, "at": by.at, "ids": sorted(parcel_ids)})


def mark_voided(by: By, purchase_keys: Sequence[str]) -> None:
    execute(
        "UPDATE wms_label SET voided_at = %s WHERE tenant_id = %s AND purchase_key = ANY (%s) AND voided_at IS NULL",
        (by.at, by.tenant_id, list(purchase_keys)),
    )


@dataclass(frozen=True, slots=True)
class ShippedContent:
    """Units of one line and lot in a parcel that leaves."""

    parcel_id: int
    outbound_line_id: int
    line_number: int
    item_id: int
    owner_id: int
    lot_id: int
    lot_number: str
    serial_number: str
    quantity: int


def shipped_contents(tenant_id: int, parcel_ids: Iterable[int]) -> list[ShippedContent]:
    """What lies in these parcels, in line order."""
    return fetch_all(sql.load(__file__, "shipped_contents"), {"tenant": tenant_id, "ids": sorted(parcel_ids)}, of=ShippedContent)


def parcels_before(tenant_id: int, outbound_ids: Iterable[int]) -> dict[int, int]:
    """How many parcels of each outbound have left before."""
    return dict(
        fetch_all(
            """SELECT outbound_id, count(*) FROM wms_parcel
               WHERE tenant_id = %s AND outbound_id = ANY (%s) AND state = 'shipped' GROUP BY outbound_id""",
            (tenant_id, list(outbound_ids)),
        )
    )


def costs(tenant_id: int, parcel_ids: Iterable[int]) -> dict[int, int]:
    """What the labels of these parcels cost, in minor units."""
    return dict(
        fetch_all("SELECT id, cost_minor FROM wms_parcel WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, list(parcel_ids)))
    )


def ship(by: By, parcel_ids: Iterable[int]) -> None:
    execute(
        "UPDATE wms_parcel SET state = 'shipped', shipped_at = %s WHERE tenant_id = %s AND id = ANY (%s)",
        (by.at, by.tenant_id, sorted(parcel_ids)),
    )


def insert_manifest(by: By, manifest_id: int, node_id: int, number: str, carrier: str) -> None:
    execute(
        """INSERT INTO wms_manifest (tenant_id, id, node_id, number, carrier, state, closed_at)
           SELECT t.tenant_id, %(id)s, %(node)s, %(number)s, %(carrier)s, 'closed', %(at)s FROM people_tenant t
           WHERE t.tenant_id = %(tenant)s""",
        {"tenant": by.tenant_id, "at": by.at, "id": manifest_id, "node": node_id, "number": number, "carrier": carrier},
    )


def put_on_manifest(by: By, manifest_id: int, parcel_ids: Iterable[int]) -> None:
    execute(
        "UPDATE wms_parcel SET state = 'manifested', manifest_id = %s WHERE tenant_id = %s AND id = ANY (%s)",
        (manifest_id, by.tenant_id, sorted(parcel_ids)),
    )


def labelled_parcels(tenant_id: int, node_id: int, carrier: str) -> Mapping[int, int]:
    """Labelled parcels of a carrier at a node (parcel id to outbound id). No lock: the caller locks, then looks again."""
    return dict(
        fetch_all(
            """SELECT id, outbound_id FROM wms_parcel
               WHERE tenant_id = %s AND node_id = %s AND carrier = %s AND state = 'labelled' ORDER BY id""",
            (tenant_id, node_id, carrier),
        )
    )
