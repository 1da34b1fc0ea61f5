"""A small business lived in a few lines: goods that moved, keys that were issued. Run in a process of its own."""

LIVE = """
from orderhouse.config.ready import ready, take_writer_number
ready(start_database=False)
take_writer_number()
from orderhouse.catalog.open_business import open_business
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.people.api_keys import issue_api_key
business = open_business(code="acme", name="Acme", at=clock.now())
by = By(business.tenant_id, "drill", clock.now())
node = define_nodes(by=by, nodes=[NodeDefinition("MAIN", "Main", "warehouse", "GB", 52.26, -1.16)])["MAIN"]
items = define_items(by=by, items=[ItemDefinition("OWN", sku, sku) for sku in "ABC"])
for item in items.values():
    item = getattr(item, "id", item)
    moves = [Move(physical(node, item, business.owner_id, "supplier"), physical(node, item, business.owner_id, "lost"), 5, "receipt", 1)]
    post_movements(by=by, moves=moves)
for name in ("shop", "till", "pda"):
    issue_api_key(by=by, name=name, scopes=["orders:read"])
"""

MORE = (
    LIVE[: LIVE.index("business = open_business")]
    + """
from orderhouse.catalog.open_business import find_business
from orderhouse.catalog.queries import nodes
from orderhouse.catalog.resolve import resolve_items
from orderhouse.database import unit_of_work
business = find_business("acme")
by = By(business.tenant_id, "drill", clock.now())
with unit_of_work(by.tenant_id):
    item = resolve_items(by.tenant_id, [("OWN", "A")])["OWN", "A"]
    (node,) = nodes(by.tenant_id)
for units in range(1, 8):
    moves = [Move(physical(node, item.id, item.owner_id, "supplier"), physical(node, item.id, item.owner_id, "lost"), units, "receipt", 1)]
    post_movements(by=by, moves=moves)
issue_api_key(by=by, name="kiosk", scopes=["orders:read"])
"""
)
