"""Carries letters to another installation: one signed POST a batch (Standard Webhooks 1.0), one receipt a letter."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from orderhouse.contract.letters import Receipt
from orderhouse.contract.outbox import Claimed
from orderhouse.contract.routes import Route
from orderhouse.kernel import clock
from orderhouse.kernel.failpoints import failpoint

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

LARGEST_BATCH = 2 * 2**20
"""Bytes of payload in one POST, unless a single letter is larger."""
LARGEST_ANSWER = 8 * 2**20
DEADLINE = 30.0
"""Seconds for one POST and its answer, well inside a claim's lease."""
_THE_ROADS = frozenset({401, 403, 404, 408, 429, 502, 503, 504})
"""Answers that tell of the road or the hour, and of no letter."""


class NotDelivered(Exception):
    """A batch had no answer that tells what became of its letters. ``by_road`` says that no letter is to blame."""

    def __init__(self, reason: str, *, by_road: bool) -> None:
        self.reason, self.by_road = reason, by_road
        super().__init__(reason)


@cache
def client() -> httpx.Client:
    """This process's client, which keeps connections. It follows no redirect and heeds no proxy: the route is the whole road."""
    import httpx  # here: most processes post nothing, and it takes an eighth of a second to load

    return httpx.Client(timeout=httpx.Timeout(10.0, connect=3.0), follow_redirects=False, trust_env=False)


def batches(letters: Sequence[Claimed]) -> list[list[Claimed]]:
    """Cut letters, kept in order, into batches of at most :data:`LARGEST_BATCH` bytes."""
    cut: list[list[Claimed]] = []
    size = 0
    for letter in letters:
        size += len(letter.payload)
        if not cut or size > LARGEST_BATCH:
            cut.append([])
            size = len(letter.payload)
        cut[-1].append(letter)
    return cut


def send(route: Route, *, tenant: str, letters: Sequence[Claimed]) -> list[Receipt]:
    """Post letters of one source and destination; a receipt for each, in their order. Raises :class:`NotDelivered`."""
    body = orjson.dumps(
        {
            "tenant": tenant,
            "source": letters[0].source,
            "destination": letters[0].destination,
            "letters": [_letter(letter) for letter in letters],
        }
    )
    import httpx

    batch_id = "batch_" + hashlib.sha256(b",".join(b"%d" % letter.id for letter in letters)).hexdigest()[:32]
    try:
        headers = sign(route.secret, batch_id, body, at=clock.wall())
        failpoint("before-letters")
        status, answer = _post(route.url, body, headers)
        failpoint("after-letters")
    except (httpx.HTTPError, httpx.InvalidURL, EmptyWebhookSecretError, ValueError, TimeoutError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}"[:300], by_road=True) from error
    if status != 200:
        said = answer[:200].decode("utf-8", "replace")
        raise NotDelivered(f"HTTP {status}: {said}", by_road=status in _THE_ROADS or 300 <= status < 400)
    return _receipts(answer, letters)


def sign(secret: str, batch_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks over the raw body."""
    return {
        "content-type": "application/json",
        "webhook-id": batch_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(batch_id, at, body.decode()),
    }


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether ``body`` was signed with ``secret`` at most five minutes from now, either way; compared in constant time."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
        return False
    return True


def _letter(letter: Claimed) -> dict[str, Any]:
    return {
        "id": str(letter.id),  # as text: not every reader keeps 63 bits of a JSON number
        "type": letter.type,
        "version": letter.version,
        "subject": letter.subject,
        "actor": letter.actor,
        "created_at": letter.created_at,
        "payload": orjson.Fragment(letter.payload),
    }


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    deadline = time.monotonic() + DEADLINE
    answer = bytearray()
    with client().stream("POST", url, content=body, headers=headers) as response:
        for chunk in response.iter_bytes():
            answer += chunk
            if len(answer) > LARGEST_ANSWER:
                raise ValueError("the answer is too long")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no whole answer within {DEADLINE:.0f} s")
    return response.status_code, bytes(answer)


def _receipts(answer: bytes, letters: Sequence[Claimed]) -> list[Receipt]:
    try:
        given = {
            int(one["id"]): Receipt(int(one["id"]), one["state"], one.get("refusal")) for one in orjson.loads(answer)["receipts"]
        }
        receipts = [given[letter.id] for letter in letters]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotDelivered(f"the answer is no list of receipts ({type(error).__name__})", by_road=True) from error
    if any(receipt.state not in ("done", "refused", "repeated", "failed") for receipt in receipts):
        raise NotDelivered("the answer has a receipt of an unknown state", by_road=True)
    return receipts
