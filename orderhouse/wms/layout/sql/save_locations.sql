-- Locations, new or changed, known by their codes.  Parameters: tenant, node, one array per column.
-- Locks: the rows written (the caller holds them already).
INSERT INTO wms_location AS l (tenant_id, id, node_id, zone_id, code, kind, aisle, x, y, level, pick_order, capacity_units, capacity_grams,
                               travel)
SELECT t.tenant_id, u.id, %(node)s, z.id, u.code, u.kind, u.aisle, u.x, u.y, u.level, u.pick_order, u.capacity_units, u.capacity_grams,
  u.travel
FROM people_tenant t
CROSS JOIN unnest(%(ids)s::bigint[], %(zones)s::text[], %(codes)s::text[], %(kinds)s::text[], %(aisles)s::integer[],
    %(xs)s::float8[], %(ys)s::float8[], %(levels)s::integer[], %(orders)s::integer[], %(units)s::integer[], %(grams)s::bigint[],
    %(travels)s::float8[])
  AS u (id, zone, code, kind, aisle, x, y, level, pick_order, capacity_units, capacity_grams, travel)
JOIN wms_zone z ON z.tenant_id = t.tenant_id AND z.node_id = %(node)s AND z.code = u.zone
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, code) DO UPDATE SET zone_id = excluded.zone_id, kind = excluded.kind, aisle = excluded.aisle,
  x = excluded.x, y = excluded.y, level = excluded.level, pick_order = excluded.pick_order,
  capacity_units = excluded.capacity_units, capacity_grams = excluded.capacity_grams, travel = excluded.travel, active = true
WHERE (l.zone_id, l.kind, l.aisle, l.x, l.y, l.level, l.pick_order, l.capacity_units, l.capacity_grams, l.travel, l.active) IS DISTINCT FROM
  (excluded.zone_id, excluded.kind, excluded.aisle, excluded.x, excluded.y, excluded.level, excluded.pick_order,
   excluded.capacity_units, excluded.capacity_grams, excluded.travel, true)
