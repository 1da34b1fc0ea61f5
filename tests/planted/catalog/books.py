"""Bugs in what holds every book together: the ledger, tenancy, quantities and identifiers."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

LEDGER = ("orderhouse/ledger/tests/test_post_movements.py",)
SCHEMA = ("orderhouse/database/tests/test_schema.py",)

BUGS = (
    Bug(
        "ledger-lock-order",
        "Accounts are locked in the order a batch names them, so that two batches that meet the other way round deadlock.",
        Edit(
            "ledger/sql/apply_deltas.sql",
            "  ORDER BY a.id FOR UPDATE\n",
            "  ORDER BY array_position(%(ids)s::bigint[], a.id) FOR UPDATE\n",
        ),
        LEDGER,
        also=(
            Edit(
                "ledger/post_movements.py",
                "changes = sorted((ids[account], deltas.get(account, 0), least.get(account, store.ANY)) for account in concerned)",
                "changes = [(ids[account], deltas.get(account, 0), least.get(account, store.ANY)) for account in concerned]",
            ),
        ),
    ),
    Bug(
        "ledger-overdraws",
        "An account may fall below zero: the last unit goes to whoever asks.",
        Edit("ledger/sql/apply_deltas.sql", " AND (a.outside OR a.balance + c.delta >= 0)", ""),
        LEDGER,
    ),
    Bug(
        "balance-without-check",
        "The database no longer refuses a negative balance: only the program stands between two orders and one unit.",
        Edit("ledger/migrations/0001_ledger.sql", "CHECK (outside OR balance >= 0)", "CHECK (true)"),
        ("orderhouse/database/tests/test_last_defenses.py",),
    ),
    Bug(
        "movement-backwards",
        "Movements are written from target to source, while the balances move the right way.",
        Edit("ledger/store.py", '"sources": [ids[m.source] for m in only]', '"sources": [ids[m.target] for m in only]'),
        LEDGER,
        ("orderhouse/ledger/tests",),
        also=(Edit("ledger/store.py", '"targets": [ids[m.target] for m in only]', '"targets": [ids[m.source] for m in only]'),),
    ),
    Bug(
        "serial-twice",
        "A second unit of one serial number can stand in the same place.",
        Edit("ledger/migrations/0001_ledger.sql", "CHECK (NOT single OR outside OR balance <= 1)", "CHECK (true)"),
        LEDGER,
        ("orderhouse/wms/inbound/tests/test_receipts.py",),
    ),
    Bug(
        "rls-policy-open",
        "Row-level security lets every tenant see all rows.",
        Edit(
            "people/migrations/0001_people.sql",
            "EXECUTE format('CREATE POLICY tenant ON %s USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', target);",
            "EXECUTE format('CREATE POLICY tenant ON %s USING (true) WITH CHECK (true)', target);",
        ),
        (*SCHEMA, *LEDGER),
        ("tests/api/test_keys.py",),
    ),
    Bug(
        "rls-not-forced",
        "Row-level security is not forced: a table's owner sees every tenant.",
        Edit(
            "people/migrations/0001_people.sql",
            "  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);\n",
            "",
        ),
        SCHEMA,
    ),
    Bug(
        "tenant-filter-of-a-lookup",
        "An API key is looked for in whatever tenant has its number: the statement names no tenant, and a key's own words decide.",
        Edit(
            "people/sql/check_api_key.sql",
            "ON k.tenant_id = %(tenant)s::bigint AND k.id = %(id)s::bigint",
            "ON k.id = %(id)s::bigint",
        ),
        ("orderhouse/database/tests/test_statements.py", "tests/api/test_keys.py"),
    ),
    Bug(
        "tenant-filter-of-a-statement",
        "Stock to pick is read without its tenant: row-level security alone stands between two businesses.",
        Edit(
            "wms/allocation/sql/pickable_stock.sql",
            "  WHERE tenant_id = %(tenant)s AND book = 'physical' AND node_id = %(node)s AND item_id = ANY (%(items)s::bigint[])\n",
            "  WHERE book = 'physical' AND node_id = %(node)s AND item_id = ANY (%(items)s::bigint[])\n",
        ),
        ("orderhouse/wms/allocation/tests/test_allocate_stock.py", "orderhouse/database/tests/test_statements.py"),
    ),
    Bug(
        "movements-can-be-changed",
        "The app role may update and delete what happened.",
        Edit(
            "people/migrations/0001_people.sql",
            "EXECUTE format('GRANT SELECT, INSERT ON %s TO orderhouse_app', target);",
            "EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO orderhouse_app', target);",
        ),
        SCHEMA,
    ),
    Bug(
        "packs-rounded",
        "Units that would break a pack are rounded instead of refused.",
        Edit(
            "kernel/quantities.py", "    if rest:\n        raise InvalidInput(", "    if rest < 0:\n        raise InvalidInput("
        ),
        ("orderhouse/kernel/tests",),
        ("orderhouse/catalog/tests",),
    ),
    Bug(
        "check-digit-weights",
        "Check digits are made with the weights the wrong way round: no scanner of anybody else's reads our labels.",
        Edit("kernel/identifiers.py", "(3 if i % 2 == 0 else 1)", "(1 if i % 2 == 0 else 3)"),
        ("orderhouse/kernel/tests", "orderhouse/wms/floor/tests/test_barcodes.py"),
    ),
)
