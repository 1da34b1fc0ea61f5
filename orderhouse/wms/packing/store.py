"""Parcels: locks and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orderhouse.database import execute, fetch_all, fetch_value, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import make_sscc, new_ids
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.outbound.store import Outbound, lock_outbounds


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel whose outbound is locked."""

    id: int
    outbound_id: int
    node_id: int
    sscc: str
    state: str
    carrier: str
    service: str
    weight_grams: int
    tracking: str


def lock_parcels(tenant_id: int, parcel_ids: Iterable[int]) -> tuple[dict[int, Outbound], dict[int, Parcel]]:
    """Parcels and their outbounds, the outbounds locked; refuses an unknown parcel."""
    wanted = list(dict.fromkeys(parcel_ids))
    ids = fetch_values("SELECT DISTINCT outbound_id FROM wms_parcel WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, wanted))
    outbounds = lock_outbounds(tenant_id, ids)
    rows = fetch_all(
        """SELECT id, outbound_id, node_id, sscc, state, carrier, service, weight_grams, tracking FROM wms_parcel
           WHERE tenant_id = %s AND id = ANY (%s) ORDER BY id""",
        (tenant_id, wanted),
        of=Parcel,
    )
    parcels = {parcel.id: parcel for parcel in rows}
    for parcel_id in wanted:
        if parcel_id not in parcels:
            raise NotFound(kind="parcel", code=parcel_id, field="parcel_id")
    return outbounds, parcels


def refuse_cancelled(outbounds: Iterable[Outbound]) -> None:
    """Stop work on cancelled orders."""
    for outbound in outbounds:
        if outbound.cancel_wanted or outbound.state == "cancelled":
            raise OutboundCancelled(order=outbound.order_number, release=outbound.release_number)


def new_ssccs(tenant_id: int, count: int) -> list[str]:
    """Fresh SSCCs under the tenant's company prefix. The serial's leading digits beyond the prefix's room go into the extension."""
    prefix = str(fetch_value("SELECT company_prefix FROM people_tenant WHERE tenant_id = %s", (tenant_id,)))
    serials = fetch_values("SELECT nextval('wms_sscc_serial') FROM generate_series(1, %s)", (count,))
    room = 10 ** (16 - len(prefix))
    return [make_sscc(company_prefix=prefix, serial=serial % room, extension=serial // room % 10) for serial in serials]


def insert_parcels(by: By, outbounds: Sequence[Outbound], ssccs: Sequence[str]) -> list[int]:
    """Write open parcels, one an outbound, each a handling unit; their ids."""
    ids = new_ids(len(outbounds))
    params = {
        "tenant": by.tenant_id,
        "ids": ids,
        "outbounds": [outbound.id for outbound in outbounds],
        "nodes": [outbound.node_id for outbound in outbounds],
        "ssccs": list(ssccs),
        "carriers": [outbound.carrier for outbound in outbounds],
        "services": [outbound.service for outbound in outbounds],
    }
    execute(sql.load(__file__, "insert_handling_units"), params)
    execute(sql.load(__file__, "insert_parcels"), params)
    return ids


def fill_parcels(by: By, packed: Mapping[tuple[int, int, int], int]) -> None:
    """Add units to parcels' lines, by (parcel id, line id, lot id)."""
    rows = sorted(packed.items())
    execute(
        sql.load(__file__, "fill_parcels"),
        {
            "tenant": by.tenant_id,
            "parcels": [key[0] for key, _ in rows],
            "lines": [key[1] for key, _ in rows],
            "lots": [key[2] for key, _ in rows],
            "units": [units for _, units in rows],
        },
    )


def close(by: By, closed: Mapping[int, tuple[int, str]]) -> None:
    """Set parcels packed, with their weights in grams and their cartons."""
    rows = sorted(closed.items())
    execute(
        sql.load(__file__, "close_parcels"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "badge": by.actor,
            "ids": [parcel_id for parcel_id, _ in rows],
            "weights": [grams for _, (grams, _) in rows],
            "cartons": [carton for _, (_, carton) in rows],
        },
    )


def units_in(tenant_id: int, parcel_ids: Iterable[int]) -> dict[int, int]:
    """Units in each parcel; empty ones are absent."""
    return dict(
        fetch_all(
            """SELECT parcel_id, sum(quantity)::bigint FROM wms_parcel_line
               WHERE tenant_id = %s AND parcel_id = ANY (%s) AND quantity > 0 GROUP BY parcel_id""",
            (tenant_id, list(parcel_ids)),
        )
    )


def item_of_line(tenant_id: int, line_id: int) -> int | None:
    """The item of an outbound line, or None."""
    found = fetch_value("SELECT item_id FROM wms_outbound_line WHERE tenant_id = %s AND id = %s", (tenant_id, line_id))
    return None if found is None else int(found)
