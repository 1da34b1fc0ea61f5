-- Lines of a draft that wait or are missing, named.  Parameters: tenant, ids.  Locks: none.
SELECT l.id, o.release_number, o.order_number, i.sku, i.name
FROM wms_outbound_line l
JOIN wms_outbound o ON o.tenant_id = l.tenant_id AND o.id = l.outbound_id
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
WHERE l.tenant_id = %(tenant)s AND l.id = ANY (%(ids)s::bigint[])
ORDER BY o.release_number
LIMIT 200
