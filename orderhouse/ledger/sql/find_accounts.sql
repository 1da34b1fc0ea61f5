-- Ids of the accounts with these keys.  Parameters: tenant, one array per key column.  Locks: none.
SELECT u.n, a.id
FROM unnest(%(books)s::text[], %(nodes)s::bigint[], %(items)s::bigint[], %(states)s::text[],
            %(places)s::bigint[], %(lots)s::bigint[], %(owners)s::bigint[]) WITH ORDINALITY
     AS u (book, node_id, item_id, state, place_id, lot_id, owner_id, n)
JOIN ledger_account a
  ON a.tenant_id = %(tenant)s AND a.book = u.book AND a.node_id = u.node_id AND a.item_id = u.item_id
 AND a.state = u.state AND a.place_id = u.place_id AND a.lot_id = u.lot_id AND a.owner_id = u.owner_id
