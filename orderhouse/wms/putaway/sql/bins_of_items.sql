-- Bins where these items lie or are on their way to.  Parameters: tenant, node, items.  Locks: none.
SELECT a.item_id, a.lot_id, a.place_id AS location_id FROM ledger_account a
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = ANY (%(items)s::bigint[])
  AND a.state = 'good' AND a.place_id <> 0 AND a.balance > 0
UNION
SELECT t.item_id, t.lot_id, t.location_id FROM wms_putaway_task t
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready' AND t.item_id = ANY (%(items)s::bigint[])
