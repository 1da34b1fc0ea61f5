"""One module a command; each offers ``add_parser(subparsers)`` and sets its ``handler``."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules() -> list[ModuleType]:
    """Every command module in this folder, by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and not m.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
