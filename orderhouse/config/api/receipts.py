"""Announcing goods: by the OMS where it stands here (it promises on them), else to the floor itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.apps import apps
from ninja import Body
from pydantic import AwareDatetime, Field

from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Code, Form, Shape, Text, Units
from orderhouse.kernel.actors import By


class ExpectedLineForm(Form):
    line_number: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(None, description="Its position where left out.")
    sku: Code
    owner: Code = "OWN"
    quantity: Units


class ReceiptForm(Form):
    """An advance ship notice (X12 943)."""

    receipt: Code = Field(examples=["PO-4711"], description="The number; a repeat under the same one changes nothing.")
    node: Code
    supplier: Text = ""
    expected_at: AwareDatetime
    lines: Annotated[list[ExpectedLineForm], Field(min_length=1, max_length=20_000)]


class Announced(Shape):
    receipts: list[str]


def announcements(door: Door) -> None:
    """Let the door of receipts take announcements."""

    @door.command("", scope="stock:write", status=201, answers=Announced)
    def announce_receipts(
        request: Call, body: Annotated[list[ReceiptForm], Body(min_length=1, max_length=500)]
    ) -> Mapping[str, Any]:
        """Announce goods to nodes; their units can be promised on by their date."""
        _announce(request.by, [_message(form) for form in body])
        return {"receipts": [form.receipt for form in body]}


def _message(form: ReceiptForm) -> ExpectReceipt:
    lines = tuple(
        ExpectedLine(line.line_number or place, line.sku, line.owner, line.quantity) for place, line in enumerate(form.lines, 1)
    )
    expected_at: datetime = form.expected_at
    return ExpectReceipt(form.receipt, form.node, form.supplier, expected_at, lines)


def _announce(by: By, messages: Sequence[ExpectReceipt]) -> None:
    if apps.is_installed("orderhouse.oms"):
        from orderhouse.oms.inventory.expect_receipts import expect_receipts

        expect_receipts(by=by, receipts=messages)
    else:
        from orderhouse.wms.inbound.expect_receipts import expect_receipts as expect_on_the_floor

        expect_on_the_floor(by=by, messages=list(messages))
