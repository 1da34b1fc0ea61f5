-- Movements of the physical book, newest first.  Parameters: tenant, items, place, node (each NULL for any), before (movement id),
-- limit.  Locks: none.  A bin has few accounts: its movements are looked for among those of its items.  A dock has thousands, and
-- something moves there all the time: its latest are found from the end of the book.
WITH here AS MATERIALIZED (
  SELECT id, item_id FROM ledger_account
  WHERE tenant_id = %(tenant)s AND place_id = %(place)s AND place_id <> 0
), few AS MATERIALIZED (
  SELECT DISTINCT item_id FROM here WHERE (SELECT count(*) FROM here) <= 100
), page AS (
  SELECT m.id FROM few
  CROSS JOIN LATERAL (
    SELECT m.id FROM ledger_movement m
    WHERE m.tenant_id = %(tenant)s AND m.item_id = few.item_id AND m.id < %(before)s
      AND (%(items)s::bigint[] IS NULL OR m.item_id = ANY (%(items)s::bigint[]))
      AND (m.from_account_id IN (SELECT id FROM here) OR m.to_account_id IN (SELECT id FROM here))
    ORDER BY m.id DESC LIMIT %(limit)s
  ) m
  UNION ALL (
    SELECT m.id FROM ledger_movement m
    JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id AND f.book = 'physical'
    WHERE NOT EXISTS (SELECT FROM few) AND m.tenant_id = %(tenant)s AND m.id < %(before)s
      AND (%(items)s::bigint[] IS NULL OR m.item_id = ANY (%(items)s::bigint[]))
      AND (%(node)s::bigint IS NULL OR f.node_id = %(node)s)
      AND (%(place)s::bigint IS NULL OR m.item_id IN (SELECT item_id FROM here)
        AND (m.from_account_id IN (SELECT id FROM here) OR m.to_account_id IN (SELECT id FROM here)))
    ORDER BY m.id DESC LIMIT %(limit)s
  )
)
SELECT m.id, m.at, m.item_id, i.sku, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number,
  m.quantity, f.state AS from_state, coalesce(fp.code, fh.code, '') AS from_place, t.state AS to_state,
  coalesce(tp.code, th.code, '') AS to_place, m.cause, m.cause_id, m.cause_line_id, m.actor, m.device
FROM (SELECT id FROM page ORDER BY id DESC LIMIT %(limit)s) p
JOIN ledger_movement m ON m.tenant_id = %(tenant)s AND m.id = p.id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
LEFT JOIN ledger_lot l ON l.tenant_id = m.tenant_id AND l.id = m.lot_id
LEFT JOIN wms_location fp ON fp.tenant_id = m.tenant_id AND fp.id = f.place_id
LEFT JOIN wms_location tp ON tp.tenant_id = m.tenant_id AND tp.id = t.place_id
LEFT JOIN wms_handling_unit fh ON fh.tenant_id = m.tenant_id AND fh.id = f.place_id
LEFT JOIN wms_handling_unit th ON th.tenant_id = m.tenant_id AND th.id = t.place_id
ORDER BY m.id DESC
