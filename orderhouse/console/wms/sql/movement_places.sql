-- What people call places.  Parameters: tenant, ids (of locations and handling units alike).  Locks: none.
SELECT l.id, l.code, 'bin' AS kind, n.code AS node FROM wms_location l
JOIN catalog_node n ON n.tenant_id = l.tenant_id AND n.id = l.node_id
WHERE l.tenant_id = %(tenant)s AND l.id = ANY (%(ids)s::bigint[])
UNION ALL
SELECT h.id, h.code, h.kind, n.code FROM wms_handling_unit h
JOIN catalog_node n ON n.tenant_id = h.tenant_id AND n.id = h.node_id
WHERE h.tenant_id = %(tenant)s AND h.id = ANY (%(ids)s::bigint[])
