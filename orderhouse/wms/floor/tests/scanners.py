"""A scanner in a test's hand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from orderhouse.people.define_badges import define_badges
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor

Said = str | tuple[str, int]


class Scanner:
    """One badge on one device, at work in one flow."""

    def __init__(
        self, shop: ShippingFloor, flow: str, target: int | None = None, *, badge: str = "B-1", device: str = ""
    ) -> None:
        define_badges(by=shop.by, badges={badge: f"Worker {badge}"})
        self.by = replace(shop.by, actor=badge, device=device or f"scanner of {badge}")
        self.first = start_session(by=self.by, node_id=shop.node_id, badge=badge, flow=flow, target=target)
        self.session_id = int(self.first.data["session"])

    def send(self, *scans: Said, ids: list[UUID] | None = None) -> list[Answer]:
        """One batch."""
        pairs = [each if isinstance(each, tuple) else (each, None) for each in scans]
        ids = ids or [uuid4() for _ in pairs]
        batch = [ScanInput(scan_id, text, quantity) for scan_id, (text, quantity) in zip(ids, pairs, strict=True)]
        return take_scans(by=self.by, session_id=self.session_id, scans=batch)

    def scan(self, text: str, quantity: int | None = None) -> Answer:
        return self.send((text, quantity) if quantity is not None else text)[0]

    def walk(self, *scans: Said) -> Answer:
        """One by one, each of which must be right; the last answer."""
        answer = self.first
        for each in scans:
            answer = self.send(each)[0]
            assert answer.ok, answer.sentence
        return answer
