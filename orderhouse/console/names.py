"""The house's own words that stand in many pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROLE_NAMES = {
    "admin": _("admin"),
    "order_desk": _("order desk"),
    "warehouse_manager": _("warehouse manager"),
    "floor": _("floor"),
    "auditor": _("auditor"),
}

ROLE_MEANINGS = {
    "admin": _("everything, people and keys included"),
    "order_desk": _("orders, holds, cancellations, returns"),
    "warehouse_manager": _("waves, counts, exceptions and stock of the floor"),
    "floor": _("the scanner and the lists of the floor"),
    "auditor": _("sees everything, changes nothing"),
}

SCOPE_MEANINGS = {
    "orders:read": _("see orders, their lines, parcels and story"),
    "orders:write": _("place, hold, cancel and release orders"),
    "stock:read": _("see availability, stock and movements"),
    "stock:write": _("announce and receive goods, set safety stock, count"),
    "floor:read": _("see waves, tours and the backlog"),
    "floor:write": _("plan and release waves, scan"),
    "catalog:read": _("see items, nodes and channels"),
    "catalog:write": _("define items, nodes, channels and layouts"),
    "events:read": _("read the feed of events and channel messages"),
    "books:prove": _("examine the books"),
    "letters:write": _("replay and drop letters, set routes"),
}

DEEDS = {
    "person-invited": _("let in as"),
    "person-reset": _("given a new password"),
    "role-granted": _("granted"),
    "role-withdrawn": _("withdrawn"),
    "badge-issued": _("badge issued to"),
    "badge-withdrawn": _("badge withdrawn"),
    "key-issued": _("API key issued for"),
    "key-revoked": _("API key revoked"),
    "route-set": _("route set for"),
}
