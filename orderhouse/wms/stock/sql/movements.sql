-- Movements of the physical book, newest first.  Parameters: tenant, items, place, node (each NULL for any), before (movement id),
-- limit.  Locks: none.
WITH here AS MATERIALIZED (
  SELECT id, item_id FROM ledger_account
  WHERE tenant_id = %(tenant)s AND place_id = %(place)s AND place_id <> 0
), page AS (
  SELECT m.* FROM ledger_movement m
  JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id AND f.book = 'physical'
  WHERE m.tenant_id = %(tenant)s AND m.id < %(before)s
    AND (%(items)s::bigint[] IS NULL OR m.item_id = ANY (%(items)s::bigint[]))
    AND (%(node)s::bigint IS NULL OR f.node_id = %(node)s)
    AND (%(place)s::bigint IS NULL OR m.item_id IN (SELECT item_id FROM here)
      AND (m.from_account_id IN (SELECT id FROM here) OR m.to_account_id IN (SELECT id FROM here)))
  ORDER BY m.id DESC LIMIT %(limit)s
)
SELECT m.id, m.at, m.item_id, i.sku, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number,
  m.quantity, f.state AS from_state, coalesce(fp.code, fh.code, '') AS from_place, t.state AS to_state,
  coalesce(tp.code, th.code, '') AS to_place, m.cause, m.cause_id, m.cause_line_id, m.actor, m.device
FROM page m
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
LEFT JOIN ledger_lot l ON l.tenant_id = m.tenant_id AND l.id = m.lot_id
LEFT JOIN wms_location fp ON fp.tenant_id = m.tenant_id AND fp.id = f.place_id
LEFT JOIN wms_location tp ON tp.tenant_id = m.tenant_id AND tp.id = t.place_id
LEFT JOIN wms_handling_unit fh ON fh.tenant_id = m.tenant_id AND fh.id = f.place_id
LEFT JOIN wms_handling_unit th ON th.tenant_id = m.tenant_id AND th.id = t.place_id
ORDER BY m.id DESC
