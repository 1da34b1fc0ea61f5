-- Locations of a node, all of them or those named.  Parameters: tenant, node, ids and codes (NULL for all).  Locks: none.
SELECT l.id, l.node_id, z.code AS zone, l.code, l.kind, l.aisle, l.x, l.y, l.level, l.pick_order, l.capacity_units, l.capacity_grams, l.active
FROM wms_location l JOIN wms_zone z ON z.tenant_id = l.tenant_id AND z.id = l.zone_id
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s
  AND (%(codes)s::text[] IS NULL OR l.code = ANY (%(codes)s::text[])) AND (%(ids)s::bigint[] IS NULL OR l.id = ANY (%(ids)s::bigint[]))
ORDER BY l.pick_order, l.code
