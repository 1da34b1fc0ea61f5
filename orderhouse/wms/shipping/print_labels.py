"""Buy labels, one a parcel, paid once whatever happens on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from orderhouse.contract.messages import Address
from orderhouse.contract.ports.carrier import BoughtLabel, LabelRequest, carrier_by_code
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.failpoints import failpoint
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.shipping import store
from orderhouse.wms.shipping.refusals import AlreadyShipped, LabelFailed, ParcelNotPacked


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A parcel's label: tracking number, ZPL II, price in minor units."""

    parcel_id: int
    sscc: str
    tracking: str
    zpl: str
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Printed:
    """Labels ready to print, and for each parcel without one, why."""

    labels: tuple[PrintedLabel, ...]
    failed: tuple[LabelFailed, ...]


def print_labels(*, by: By, parcel_ids: Sequence[int]) -> Printed:
    """Buy the labels of packed parcels; one bought before is printed again.

    The carrier is asked outside any transaction (call this outside one), under a purchase key made of the parcel and the
    attempt: asked again after a lost answer, it finds the label it sold. An attempt ends when its label is voided. A carrier
    that fails is reported in ``failed``, its parcels stay packed, and the others go on. Refuses parcels that are not packed
    yet or have left.
    """
    with unit_of_work(by.tenant_id):
        parcels = store.parcels_to_label(by.tenant_id, parcel_ids)
    for parcel in parcels:
        if parcel.state == "shipped":
            raise AlreadyShipped(sscc=parcel.sscc)
        if parcel.state in ("open", "voided"):
            raise ParcelNotPacked(sscc=parcel.sscc, state=parcel.state)

    labels = {p.parcel_id: BoughtLabel(p.tracking, p.zpl, p.cost_minor) for p in parcels if p.zpl is not None}
    failed: list[LabelFailed] = []
    bought: dict[int, BoughtLabel] = {}
    for parcel in parcels:
        if parcel.parcel_id not in labels:
            try:
                failpoint("before-label")
                bought[parcel.parcel_id] = carrier_by_code(parcel.carrier).buy_label(_request(by, parcel))
                failpoint("after-label")
            except Refusal as refusal:
                failed.append(LabelFailed(sscc=parcel.sscc, parcel_id=parcel.parcel_id, why=str(refusal)))
    if bought:
        _keep(by, {parcel.parcel_id: parcel for parcel in parcels}, bought)
    labels |= bought
    return Printed(
        labels=tuple(
            PrintedLabel(p.parcel_id, p.sscc, label.tracking, label.zpl, label.cost_minor)
            for p in parcels
            if (label := labels.get(p.parcel_id))
        ),
        failed=tuple(failed),
    )


def _keep(by: By, parcels: dict[int, store.ToLabel], bought: dict[int, BoughtLabel]) -> None:
    """Record what was bought; where a parcel was opened or given up meanwhile, its label is to be voided."""
    with unit_of_work(by.tenant_id):
        lock_outbounds(by.tenant_id, {parcels[parcel_id].outbound_id for parcel_id in bought})
        now = {parcel.parcel_id: parcel for parcel in store.parcels_to_label(by.tenant_id, bought)}
        store.keep_labels(
            by,
            [
                store.NewLabel(
                    parcel_id=parcel_id,
                    purchase_key=parcels[parcel_id].purchase_key,
                    carrier=parcels[parcel_id].carrier,
                    tracking=label.tracking,
                    zpl=label.zpl,
                    cost_minor=label.cost_minor,
                    wanted=_same(parcels[parcel_id], now[parcel_id]),
                )
                for parcel_id, label in bought.items()
            ],
        )


def _same(then: store.ToLabel, now: store.ToLabel) -> bool:
    return now.state in ("packed", "labelled") and (now.attempt, now.weight_grams) == (then.attempt, then.weight_grams)


def _request(by: By, parcel: store.ToLabel) -> LabelRequest:
    address = orjson.loads(parcel.ship_to)
    return LabelRequest(
        purchase_key=parcel.purchase_key,
        service=parcel.service,
        ship_from=_sender(parcel),
        ship_to=Address(**{**address, "lines": tuple(address.get("lines", ()))}),
        order_number=parcel.order_number,
        sscc=parcel.sscc,
        weight_grams=parcel.weight_grams,
        parcel_number=parcel.number,
        parcel_count=parcel.count,
        ship_date=by.at.date(),
    )


def _sender(parcel: store.ToLabel) -> tuple[str, ...]:
    """The node as printed lines."""
    address = orjson.loads(parcel.node_address)
    town = " ".join(str(address[key]) for key in ("postal_code", "city", "region") if address.get(key))
    return tuple(line for line in (parcel.node_name, *address.get("lines", ())[:3], town, parcel.country) if line)
