-- The latest movements of few accounts, sought among their items' movements: each account gives at most a page of its own.
-- Parameters: tenant, before (an id), limit, few, and the filter's fields, each open where it is '' or null.  Locks: none.
WITH account AS MATERIALIZED (
  SELECT id, item_id FROM ledger_account
  WHERE tenant_id = %(tenant)s AND (%(account_id)s::bigint IS NULL OR id = %(account_id)s)
    AND (%(state)s = '' OR state = %(state)s) AND (%(book)s = '' OR book = %(book)s)
    AND (%(node_id)s::bigint IS NULL OR node_id = %(node_id)s) AND (%(item_id)s::bigint IS NULL OR item_id = %(item_id)s)
  LIMIT %(few)s
), found AS MATERIALIZED (
  SELECT DISTINCT m.id FROM account a
  CROSS JOIN LATERAL (
    SELECT m.id FROM ledger_movement m
    WHERE m.tenant_id = %(tenant)s AND m.item_id = a.item_id AND m.id < %(before)s
      AND (m.from_account_id = a.id OR m.to_account_id = a.id) AND (%(cause)s = '' OR m.cause = %(cause)s) AND (%(actor)s = '' OR m.actor = %(actor)s)
  AND (%(begins)s::timestamptz IS NULL OR m.at >= %(begins)s) AND (%(ends)s::timestamptz IS NULL OR m.at < %(ends)s)
    ORDER BY m.id DESC LIMIT %(limit)s) m
  ORDER BY m.id DESC LIMIT %(limit)s
)
SELECT m.id, m.at, f.book, n.code AS node, m.item_id, i.sku,
  coalesce(nullif(l.serial_number, ''), l.lot_number, '') AS lot, m.quantity,
  f.id AS from_account_id, f.state AS from_state, f.place_id AS from_place_id,
  t.id AS to_account_id, t.state AS to_state, t.place_id AS to_place_id, m.cause, m.cause_id, m.actor, m.device
FROM found
JOIN ledger_movement m ON m.tenant_id = %(tenant)s AND m.id = found.id
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
LEFT JOIN ledger_lot l ON m.lot_id <> 0 AND l.tenant_id = m.tenant_id AND l.id = m.lot_id
ORDER BY m.id DESC
