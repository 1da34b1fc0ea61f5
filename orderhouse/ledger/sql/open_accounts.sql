-- Open accounts that do not exist yet, at balance 0.  Parameters: tenant, ids, one array per key column, sorted by key.
-- Locks: the new rows; a twin opened by another transaction at this moment is waited for, and then left as it is.
INSERT INTO ledger_account (tenant_id, id, book, node_id, place_id, item_id, lot_id, owner_id, state, outside, single)
SELECT t.tenant_id, u.id, u.book, u.node_id, u.place_id, u.item_id, u.lot_id, u.owner_id, u.state, u.outside, u.single
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(books)s::text[], %(nodes)s::bigint[], %(items)s::bigint[], %(states)s::text[],
            %(places)s::bigint[], %(lots)s::bigint[], %(owners)s::bigint[], %(outsides)s::boolean[], %(singles)s::boolean[])
     AS u (id, book, node_id, item_id, state, place_id, lot_id, owner_id, outside, single)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, book, node_id, item_id, state, place_id, lot_id, owner_id) DO NOTHING
