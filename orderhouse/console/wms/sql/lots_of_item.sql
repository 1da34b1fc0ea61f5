-- Lots of an item of which something lies somewhere.  Parameters: tenant, item, limit.  Locks: none.
SELECT l.id, l.lot_number, l.serial_number, l.expires_on, l.held, a.units, a.places
FROM (
  SELECT lot_id, sum(balance)::bigint AS units, count(DISTINCT place_id)::int AS places FROM ledger_account
  WHERE tenant_id = %(tenant)s AND book = 'physical' AND item_id = %(item)s AND lot_id <> 0 AND NOT outside AND balance > 0
    AND node_id IN (SELECT id FROM catalog_node WHERE tenant_id = %(tenant)s)
  GROUP BY lot_id
) a
JOIN ledger_lot l ON l.tenant_id = %(tenant)s AND l.id = a.lot_id
ORDER BY l.expires_on NULLS LAST, l.lot_number, l.serial_number LIMIT %(limit)s
