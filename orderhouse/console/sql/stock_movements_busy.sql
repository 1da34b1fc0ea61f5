-- The same as stock_movements, for a figure of many items: a dock, a bench. Every item passes there, so its latest movements are among
-- the latest of all: they are looked for from the newest back, and the figure after each is counted back from what it is now.
-- Parameters: tenant, book, states, account, item, node, place, lot (as {mine} asks for), before (movement id), limit.  Locks: none.
WITH mine AS MATERIALIZED (
  SELECT a.id, a.balance FROM ledger_account a WHERE {mine}
), newer AS (
  SELECT coalesce(sum(CASE WHEN m.to_account_id IN (SELECT id FROM mine) THEN m.quantity ELSE 0 END
    - CASE WHEN m.from_account_id IN (SELECT id FROM mine) THEN m.quantity ELSE 0 END), 0) AS delta
  FROM ledger_movement m WHERE m.tenant_id = %(tenant)s AND m.id >= %(before)s
), page AS (
  SELECT m.id, (SELECT sum(balance) FROM mine) - (SELECT delta FROM newer) AS units,
    CASE WHEN m.to_account_id IN (SELECT id FROM mine) THEN m.quantity ELSE -m.quantity END AS delta
  FROM ledger_movement m
  WHERE m.tenant_id = %(tenant)s AND m.id < %(before)s
    AND (m.to_account_id IN (SELECT id FROM mine)) <> (m.from_account_id IN (SELECT id FROM mine))
  ORDER BY m.id DESC LIMIT %(limit)s
)
SELECT m.id, m.at, m.item_id, i.sku, m.lot_id, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number,
  m.quantity, n.code AS node, f.state AS from_state, f.place_id AS from_place_id, t.state AS to_state, t.place_id AS to_place_id,
  m.cause, m.cause_id, m.cause_line_id, m.actor, m.device, page.delta,
  (page.units - coalesce(sum(page.delta) OVER (ORDER BY page.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS after
FROM page
JOIN ledger_movement m ON m.tenant_id = %(tenant)s AND m.id = page.id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
LEFT JOIN ledger_lot l ON l.tenant_id = m.tenant_id AND l.id = m.lot_id
ORDER BY m.id DESC
