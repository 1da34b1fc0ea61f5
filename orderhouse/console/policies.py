"""Who may open which page. The address list refuses to load with a page that does not say (``http.policy``), and should one get
past that, the guard opens it to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from orderhouse.people.define_person import ROLES

NAMESPACE = "console"
PUBLIC = frozenset({"anybody"})
SEE_ORDERS = ("order_desk", "warehouse_manager", "auditor")
SEE_FLOOR = ("warehouse_manager", "floor", "order_desk", "auditor")

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: str) -> Callable[[View], View]:
    """Open a page to these roles, and to admins."""
    unknown = set(roles) - ROLES.keys()
    if unknown or not roles:
        raise ValueError(f"a policy names roles of {', '.join(ROLES)}, not {', '.join(sorted(unknown)) or 'none'}")

    def declare(view: View) -> View:
        view.policy = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Open a page to people who have not signed in."""
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def policy_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles a page is open to; None where it declares nothing, and so is open to nobody."""
    roles = getattr(view, "policy", None)
    return roles if isinstance(roles, frozenset) else None
