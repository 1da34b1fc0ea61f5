"""Routing rules: each module here with a ``decide`` is one, found by its file name; its docstring is its help."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from orderhouse.kernel.errors import NotFound
from orderhouse.oms.sourcing.candidates import Decision, Survey


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule: pure, from what was surveyed to a decision."""

    name: str
    help: str
    decide: Callable[[Survey], Decision]


@cache
def rules() -> dict[str, Rule]:
    """Every rule of this folder by name. A module whose name begins with "_" is a part of rules, not a rule."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            code = importlib.import_module(f"{__name__}.{module.name}")
            found[module.name] = Rule(module.name, (code.__doc__ or "").strip(), code.decide)
    return found


def named(name: str) -> Rule:
    """The rule called ``name``; raises NotFound."""
    rule = rules().get(name)
    if rule is None:
        raise NotFound(kind="routing rule", code=name, known=sorted(rules()))
    return rule
