"""Who receives in this process: each wing registers its table of messages and verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

Handlers = Mapping[type, Callable[..., None]]
"""Message class → verb, called as ``verb(by=by, messages=[...])`` inside a savepoint of the sender's transaction."""

_receivers: dict[str, Handlers] = {}


def register(destination: str, handlers: Handlers) -> None:
    """Receive letters to ``destination`` here; one that ends in a colon (``node:``) stands for all that begin so."""
    _receivers[destination] = handlers


def handlers_of(destination: str) -> Handlers | None:
    """The table of whoever receives letters to ``destination`` in this process."""
    exact = _receivers.get(destination)
    return exact if exact is not None else _receivers.get(destination.partition(":")[0] + ":")


@contextmanager
def registered(destination: str, handlers: Handlers | None) -> Iterator[None]:
    """Receive inside the block only; None takes a receiver away, as if its wing stood elsewhere."""
    before = _receivers.get(destination)
    _set(destination, handlers)
    try:
        yield
    finally:
        _set(destination, before)


def _set(destination: str, handlers: Handlers | None) -> None:
    if handlers is None:
        _receivers.pop(destination, None)
    else:
        _receivers[destination] = handlers
