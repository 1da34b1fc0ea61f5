"""Build the business a file is lived through in: places, buildings, badges, channels, prices of carriage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.catalog.define_nodes import define_nodes
from orderhouse.contract.ports.carrier import register_carrier
from orderhouse.database import unit_of_work
from orderhouse.integrations.carriers import register_carriers
from orderhouse.kernel.actors import By
from orderhouse.oms.channels.define_channels import define_channels
from orderhouse.oms.freight.define_tariffs import define_tariffs
from orderhouse.people.define_badges import define_badges
from orderhouse.replay import world
from orderhouse.replay.pallet_freight import PalletFreight
from orderhouse.replay.world import SITES, Site
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.open_totes import open_totes

ACTOR = "replay"
TOTES = 400
"""Totes a node keeps: more than the orders any of its waves carries."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A node at work: its site, row id, the badges of its crew, and that of the manager's counter."""

    site: Site
    node_id: int
    badges: tuple[str, ...]
    counter: str


def open_world(*, tenant_id: int, at: datetime, items: int, working_days: str) -> list[Floor]:
    """Define everything the file does not hold, sized for ``items`` stock codes. Repeating it changes nothing."""
    by = By(tenant_id, ACTOR, at)
    with unit_of_work(tenant_id):
        nodes = define_nodes(by=by, nodes=[world.node_definition(site, working_days) for site in SITES])
        define_channels(by=by, channels=world.CHANNELS)
        define_tariffs(by=by, tariffs=world.tariffs())
        floors = []
        for site in SITES:
            plan = world.building(site, items)
            import_layout(by=by, node_code=site.code, text=make_layout(**plan._asdict()))
            codes = [f"{site.code}-T{n:03d}" for n in range(1, TOTES + 1)]
            open_totes(by=by, node_id=nodes[site.code], codes=codes)
            badges = tuple(f"{site.code}-B{n:02d}" for n in range(1, site.pickers + 1))
            counter = f"{site.code}-C01"
            names = {badge: f"{site.name}, badge {n}" for n, badge in enumerate(badges, 1)}
            define_badges(by=by, badges=names | {counter: f"{site.name}, stock control"})
            floors.append(Floor(site, nodes[site.code], badges, counter))
    return floors


def register_replay_carriers() -> None:
    """Let this process buy labels: the product's own adapters, and the assumed pallet freight."""
    register_carriers()
    register_carrier(world.PALLETS, PalletFreight())
