"""The market's sender: orders as signed letters, repeated, shuffled, late, malformed, and forged by somebody else."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.faults.clients import Answer, Client
from tests.faults.house import SKUS, TENANT
from tests.faults.journal import Entry
from tests.faults.plan import Command, order_lines
from tests.faults.proxy import CALM, Trouble
from tests.faults.shop import order

AGE = timedelta(hours=72)
_REPEATS = 9


class Market(Client):
    """Its journal knows the kind letters (orders by letter id), and rejected: what should have been turned away and was not."""

    def do(self, command: Command) -> None:
        id, rng, fault = f"{self.name}-{command.number}", command.rng(), command.fault
        if fault in ("letter malformed", "letter forged"):
            self._turned_away(id, command)
            return
        now = datetime.now(UTC)
        made_at = now - AGE if fault == "letter late" else now
        orders = [order(f"{id}-{n}", order_lines(rng, SKUS), channel="MKT", placed_at=made_at.isoformat()) for n in range(3)]
        letters = [_letter(1 + command.number * 3 + n, one, made_at) for n, one in enumerate(orders)]
        if fault == "letter late":
            self._must_be(id, 401, *self._post(letters, at=made_at), why="72 hours late, with the signature of then")
        self.journal.intend(id, "letters", orders=orders, letters=letters)
        if fault == "letters shuffled":
            rng.shuffle(letters)
        trouble = Trouble(cut_down=rng.randint(1, 100)) if fault and rng.random() < 0.3 else CALM
        self.journal.answered(id, *self._post(letters, trouble=trouble))
        if fault == "letter repeated":
            for way in [self._pool.submit(self._post, letters) for _ in range(_REPEATS)]:
                self.journal.answered(id, *way.result())
        if fault:
            self.tally.add(fault)

    def retry(self, entry: Entry) -> Answer:
        return self._post(entry.facts["letters"])

    def _turned_away(self, id: str, command: Command) -> None:
        rng = command.rng()
        letters = [_letter(rng.getrandbits(50), order(f"{id}-forged", order_lines(rng, SKUS), channel="MKT"), datetime.now(UTC))]
        if command.fault == "letter forged":
            secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
            self._must_be(id, 401, *self._post(letters, secret=secret), why="signed with another secret")
        else:
            whole = _body(letters)
            broken = rng.choice((whole[:-9], whole.replace(b'"letters"', b'"litters"'), b"\xff\xfe{}", b"[]"))
            self._must_be(id, 400, *self._post(letters, raw=broken), why="malformed")
        self.tally.add(command.fault)

    def _must_be(self, id: str, wanted: int, status: int, said: Any, *, why: str) -> None:
        """401 and 400 are right, and so is no answer while the house is away; anything else is written down."""
        if status not in (wanted, 0, 401, 502, 503):
            self.journal.intend(f"{id}-away", "rejected", why=why, status=status, said=str(said)[:300])

    def _post(
        self,
        letters: list[dict[str, Any]],
        *,
        at: datetime | None = None,
        secret: str = "",
        raw: bytes = b"",
        trouble: Trouble = CALM,
    ) -> Answer:
        at, raw = at or datetime.now(UTC), raw or _body(letters)
        number = f"batch_{letters[0]['id']}"
        signature = Webhook(secret or self.house.market_secret).sign(number, at, raw.decode("utf-8", "replace"))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        status, said = self.send("POST", "/contract/v1/inbox", raw, headers, trouble)
        if status == 200 and any(receipt["state"] == "failed" for receipt in said["receipts"]):
            return 503, said  # the receiver failed: the letter is to be sent again
        return status, said


def _letter(number: int, one: dict[str, Any], at: datetime) -> dict[str, Any]:
    subject = f"MKT-{one['channel_order_id']}"
    letter = {"id": str(number), "type": "SubmitOrder", "version": 1, "subject": subject, "actor": "market"}
    return {**letter, "created_at": at.isoformat(), "payload": one}


def _body(letters: list[dict[str, Any]]) -> bytes:
    return json.dumps({"tenant": TENANT, "source": "channel:MKT", "destination": "oms", "letters": letters}).encode()
