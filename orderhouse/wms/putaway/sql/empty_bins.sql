-- The nearest bins where nothing lies and nothing is on its way to.  Parameters: tenant, node, limit.  Locks: none.
SELECT id, travel, capacity_units::bigint AS units, capacity_grams AS grams FROM wms_location
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND kind = 'bin' AND active
  AND id NOT IN (  -- none of them is NULL, and hashed whatever the planner believes of their number
    SELECT place_id FROM ledger_account
    WHERE tenant_id = %(tenant)s AND book = 'physical' AND node_id = %(node)s AND NOT outside AND place_id <> 0 AND balance > 0
    UNION ALL
    SELECT location_id FROM wms_putaway_task WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = 'ready')
ORDER BY travel, id LIMIT %(limit)s
