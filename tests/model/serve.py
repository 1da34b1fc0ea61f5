"""Whoever frees stock outside the verbs that serve by themselves does what the product's own callers do."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.kernel.actors import By
from orderhouse.oms.sourcing.serve_waiting import serve_waiting


def serve(by: By, item_ids: Collection[int]) -> None:
    """Serve who waits for these items."""
    if item_ids:
        serve_waiting(by=by, item_ids=item_ids)
