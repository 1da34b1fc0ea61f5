"""Carriers, one folder each: a folder here whose ``adapter`` module has ``CODES`` and ``carrier()`` is found by itself."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from orderhouse.contract.ports.carrier import register_carrier


def register_carriers() -> list[str]:
    """Register every carrier adapter found; the codes they answer to."""
    codes = []
    for folder in iter_modules(__path__):
        if folder.ispkg:
            adapter = import_module(f"{__name__}.{folder.name}.adapter")
            carrier = adapter.carrier()
            for code in adapter.CODES:
                register_carrier(code, carrier)
                codes.append(code)
    return sorted(codes)
