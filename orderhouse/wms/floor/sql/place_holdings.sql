-- What lies at places, lot by lot: free for a move, allocated to picks, waiting for a put-away.  Parameters: tenant, node, places.
-- Locks: none: the verb that moves looks again.
WITH standing AS (
  SELECT place_id, item_id, lot_id, bool_or(single) AS single, coalesce(sum(balance) FILTER (WHERE state = 'good'), 0) AS good,
         coalesce(sum(balance) FILTER (WHERE state = 'allocated'), 0) AS allocated
  FROM ledger_account
  WHERE tenant_id = %(tenant)s AND book = 'physical' AND node_id = %(node)s AND place_id = ANY (%(places)s::bigint[])
    AND place_id <> 0 AND balance > 0 AND state IN ('good', 'allocated')
  GROUP BY place_id, item_id, lot_id
), wanted AS (
  SELECT source_place_id, item_id, lot_id, sum(quantity - done) AS units FROM wms_putaway_task
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = 'ready' AND outbound_line_id IS NULL
    AND source_place_id = ANY (%(places)s::bigint[])
  GROUP BY source_place_id, item_id, lot_id
)
SELECT s.place_id, s.item_id, i.sku, s.lot_id, coalesce(nullif(b.serial_number, ''), b.lot_number, '') AS lot,
       (s.good - coalesce(w.units, 0))::bigint AS free, s.allocated::bigint, coalesce(w.units, 0)::bigint AS waiting, s.single
FROM standing s
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = s.item_id
LEFT JOIN ledger_lot b ON b.tenant_id = %(tenant)s AND b.id = s.lot_id
LEFT JOIN wanted w ON w.source_place_id = s.place_id AND w.item_id = s.item_id AND w.lot_id = s.lot_id
ORDER BY s.place_id, i.sku, lot
