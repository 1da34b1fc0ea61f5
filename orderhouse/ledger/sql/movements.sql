-- Movements of a {window} of ids in an {order} of them: along the primary key until enough are found.
-- Parameters: tenant, those of {window}, limit, and the filter's fields, each open where it is '' or null.  Locks: none.
SELECT m.id, m.at, f.book, n.code AS node, m.item_id, i.sku,
  coalesce(nullif(l.serial_number, ''), l.lot_number, '') AS lot, m.quantity,
  f.id AS from_account_id, f.state AS from_state, f.place_id AS from_place_id,
  t.id AS to_account_id, t.state AS to_state, t.place_id AS to_place_id, m.cause, m.cause_id, m.actor, m.device
FROM ledger_movement m
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
LEFT JOIN ledger_lot l ON m.lot_id <> 0 AND l.tenant_id = m.tenant_id AND l.id = m.lot_id
WHERE m.tenant_id = %(tenant)s AND {window}
  AND (%(movement_id)s::bigint IS NULL OR m.id = %(movement_id)s)
  AND (%(item_id)s::bigint IS NULL OR m.item_id = %(item_id)s)
  AND (%(cause)s = '' OR m.cause = %(cause)s) AND (%(actor)s = '' OR m.actor = %(actor)s)
  AND (%(begins)s::timestamptz IS NULL OR m.at >= %(begins)s) AND (%(ends)s::timestamptz IS NULL OR m.at < %(ends)s)
  AND (%(book)s = '' OR f.book = %(book)s)
  AND (%(account_id)s::bigint IS NULL OR f.id = %(account_id)s OR t.id = %(account_id)s)
  AND (%(node_id)s::bigint IS NULL OR (f.node_id = %(node_id)s AND (%(state)s = '' OR f.state = %(state)s))
       OR (t.node_id = %(node_id)s AND (%(state)s = '' OR t.state = %(state)s)))
  AND (%(state)s = '' OR f.state = %(state)s OR t.state = %(state)s)
ORDER BY {order} LIMIT %(limit)s
