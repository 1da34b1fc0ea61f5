-- Every place of a building in use.  Parameters: tenant, node.  Locks: none.
SELECT l.id, l.code, l.kind, z.code AS zone, l.aisle, l.x, l.y, l.level, coalesce(l.capacity_units, 0) AS room
FROM wms_location l JOIN wms_zone z ON z.tenant_id = l.tenant_id AND z.id = l.zone_id
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.active
