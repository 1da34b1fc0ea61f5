"""Examining from a page: in a thread of its own, so that large books keep no browser waiting."""

from __future__ import annotations

import logging
import threading

from django.db import connection

from orderhouse.contract.prove_books import prove_books
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.prove_balances import Proof

log = logging.getLogger(__name__)


class Examination(threading.Thread):
    """One proof; ``proof`` or ``refusal`` once it is over, neither where it broke off (the log says why).

    It reads only, so that a server that stops loses nothing by it.
    """

    def __init__(self, by: By) -> None:
        super().__init__(name="prove-books", daemon=True)
        self.by = by
        self.proof: Proof | None = None
        self.refusal: Refusal | None = None

    def run(self) -> None:
        try:
            self.proof = prove_books(by=self.by)
        except Refusal as refusal:
            self.refusal = refusal
        except Exception:
            log.exception("an examination of the books broke off")
        finally:
            connection.close()


def begin(by: By, *, patience: float = 2.0) -> Examination:
    """Begin to examine the books, and wait up to ``patience`` seconds for what comes out."""
    examination = Examination(by)
    examination.start()
    examination.join(patience)
    return examination
