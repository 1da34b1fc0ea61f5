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

LOOKS = ("GET", "HEAD", "OPTIONS")
"""The methods that look and change nothing."""

View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: str, own: bool = False) -> Callable[[View], View]:
    """Open a page to these roles, and to admins.

    An auditor changes nothing: the guard lets the role in to look only (GET, HEAD), whatever a page's policy says. ``own`` marks
    the pages where a person changes nothing but their own account and looks, which auditors do too.
    """
    unknown = set(roles) - ROLES.keys()
    if unknown or not roles:
        raise ValueError(f"a policy names roles of {', '.join(ROLES)}, not {', '.join(sorted(unknown)) or 'none'}")

    def declare(view: View) -> View:
        view.policy = frozenset(roles)  # type: ignore[attr-defined]
        view.own = own  # type: ignore[attr-defined]
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


def opens_to(view: Callable[..., Any], method: str) -> frozenset[str]:
    """The roles that may send this method to a page; an admin may wherever anybody may."""
    roles = policy_of(view) or frozenset()
    if method in LOOKS or getattr(view, "own", False):
        return roles
    return roles - {"auditor"}
