-- Places of a node in walking order.  Parameters: tenant, node, zone ('' for all), prefix (a LIKE pattern), kind ('' for all), limit.
-- Locks: none.
SELECT l.id, l.code, z.code AS name, l.kind AS note FROM wms_location l
JOIN wms_zone z ON z.tenant_id = l.tenant_id AND z.id = l.zone_id
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.active AND l.code LIKE %(prefix)s
  AND (%(zone)s::text = '' OR z.code = %(zone)s::text) AND (%(kind)s::text = '' OR l.kind = %(kind)s::text)
ORDER BY l.kind, l.pick_order, l.code LIMIT %(limit)s
