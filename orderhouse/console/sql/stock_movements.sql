-- What changed a figure, newest first, each with the figure after it.  A figure is the sum of the accounts of {mine}; its items'
-- movements are read by their own index and told apart by a hash of those accounts.
-- Parameters: tenant, book, states, account, item, node, place, lot (as {mine} asks for), before (movement id), since and until
-- (NULL for no bound), limit.  Locks: none.
WITH mine AS MATERIALIZED (
  SELECT a.id, a.item_id FROM ledger_account a WHERE {mine}
), leg AS (
  SELECT m.id, m.at, (CASE WHEN m.to_account_id IN (SELECT id FROM mine) THEN m.quantity ELSE 0 END
    - CASE WHEN m.from_account_id IN (SELECT id FROM mine) THEN m.quantity ELSE 0 END)::bigint AS delta
  FROM (SELECT DISTINCT item_id FROM mine) i
  CROSS JOIN LATERAL (  -- OFFSET 0 keeps the item's index: the planner cannot know how few items there are
    SELECT x.id, x.at, x.quantity, x.from_account_id, x.to_account_id FROM ledger_movement x
    WHERE x.tenant_id = %(tenant)s AND x.item_id = i.item_id OFFSET 0
  ) m
), run AS (
  SELECT id, at, delta, (sum(delta) OVER (ORDER BY id))::bigint AS after FROM leg WHERE delta <> 0
), page AS (
  SELECT * FROM run
  WHERE id < %(before)s AND (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
  ORDER BY id DESC LIMIT %(limit)s
)
SELECT m.id, m.at, m.item_id, i.sku, m.lot_id, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number,
  m.quantity, n.code AS node, f.state AS from_state, f.place_id AS from_place_id, t.state AS to_state, t.place_id AS to_place_id,
  m.cause, m.cause_id, m.cause_line_id, m.actor, m.device, page.delta, page.after
FROM page
JOIN ledger_movement m ON m.tenant_id = %(tenant)s AND m.id = page.id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
LEFT JOIN ledger_lot l ON l.tenant_id = m.tenant_id AND l.id = m.lot_id
ORDER BY m.id DESC
