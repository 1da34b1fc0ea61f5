-- Bins in use, nearest first.  Parameters: tenant, node, ids (NULL for all of the node).  Locks: none.
SELECT id, travel, capacity_units::bigint AS units, capacity_grams AS grams FROM wms_location
WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND kind = 'bin' AND active
  AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
ORDER BY travel, id
