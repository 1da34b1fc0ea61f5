-- Lines of outbounds.  Parameters: tenant, ids (of outbounds).  Locks: none (their outbounds are locked where it matters).
SELECT l.id, l.outbound_id, l.line_number, l.item_id, l.owner_id, i.sku, l.quantity, l.waiting, l.allocated, l.picked, l.packed,
       l.shipped, l.shorted, l.putting_back, l.cancelled
FROM wms_outbound_line l
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
WHERE l.tenant_id = %(tenant)s AND l.outbound_id = ANY (%(ids)s::bigint[])
ORDER BY l.outbound_id, l.line_number
