"""Picking strategies, one file each: a file here with a ``plan`` function is a strategy, its docstring the help."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from orderhouse.wms.picking.strategies.tours import CartLimits, PickOrder, PlannedTour, Strategy

_modules = {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}

STRATEGIES: MappingProxyType[str, Strategy] = MappingProxyType(
    {name: module.plan for name, module in sorted(_modules.items()) if hasattr(module, "plan")}
)
"""Every strategy by the name of its file."""

__all__ = ["STRATEGIES", "CartLimits", "PickOrder", "PlannedTour", "Strategy"]
