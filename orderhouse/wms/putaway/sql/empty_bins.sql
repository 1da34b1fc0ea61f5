-- The nearest bins where nothing lies and nothing is on its way to.  Parameters: tenant, node, limit.  Locks: none.
-- Bins are tried from the nearest on, each by its own few accounts, until enough are empty: a node's accounts are far more than
-- its bins, for every parcel that ever left has its own.
SELECT l.id, l.travel, l.capacity_units::bigint AS units, l.capacity_grams AS grams
FROM (SELECT id, travel, capacity_units, capacity_grams FROM wms_location
      WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND kind = 'bin' AND active
        AND id NOT IN (  -- none of them is NULL, and hashed whatever the planner believes of their number
          SELECT location_id FROM wms_putaway_task WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = 'ready')
      ORDER BY travel, id OFFSET 0) l
WHERE (SELECT true FROM ledger_account a
       WHERE a.tenant_id = %(tenant)s AND a.place_id = l.id AND a.place_id <> 0 AND a.balance > 0 LIMIT 1) IS NULL
LIMIT %(limit)s
