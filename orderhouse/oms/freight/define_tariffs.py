"""Define tariffs: what carriers ask for a parcel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from orderhouse.catalog import rules
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.freight.tariffs import Tariff


@dataclass(frozen=True, slots=True)
class TariffDefinition:
    """A carrier's price list. ``zones`` is the plain data of :meth:`Tariff.from_dict`, which may hold rates of
    further services too; ``service`` is the one it is known by."""

    carrier: str
    service: str
    zones: Mapping[str, Any]
    active: bool = True


def define_tariffs(*, by: By, tariffs: Sequence[TariffDefinition]) -> dict[tuple[str, str], int]:
    """Make or correct tariffs by carrier and service; answers their ids by (carrier, service). One statement.

    ``code`` in ``zones`` may be left out: it is the carrier then. Raises InvalidInput for zones that are no tariff, naming the
    field, or without a rate for ``service``; then nothing changes.
    """
    if not tariffs:
        return {}
    rules.none_twice((f"{tariff.carrier} {tariff.service}" for tariff in tariffs), field="service")
    wanted = sorted(tariffs, key=lambda tariff: (tariff.carrier, tariff.service))
    zones = [_zones(tariff) for tariff in wanted]
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            sql.load(__file__, "define_tariffs"),
            {
                "tenant": by.tenant_id,
                "ids": new_ids(len(wanted)),
                "carriers": [t.carrier for t in wanted],
                "services": [t.service for t in wanted],
                "zones": [orjson.dumps(z).decode() for z in zones],
                "actives": [t.active for t in wanted],
            },
        )
    return {(carrier, service): tariff_id for carrier, service, tariff_id in rows}


def _zones(tariff: TariffDefinition) -> dict[str, Any]:
    if not tariff.carrier.strip() or not tariff.service.strip():
        raise InvalidInput(field="carrier", reason="a tariff needs a carrier and a service")
    zones = {"code": tariff.carrier, **tariff.zones}
    services = {service for service, _ in Tariff.from_dict(zones).rates}
    if tariff.service not in services:
        raise InvalidInput(
            field="rates",
            reason=f"there is no rate for {tariff.service}, only for {', '.join(sorted(services))}",
            remedy="Add a rate for each zone, or define the tariff under a service it has.",
        )
    return zones
