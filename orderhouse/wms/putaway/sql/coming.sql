-- What is on its way to bins.  Parameters: tenant, ids.  Locks: none.
SELECT t.location_id, sum(t.quantity - t.done)::bigint AS units, sum((t.quantity - t.done)::bigint * i.weight_grams)::bigint AS grams
FROM wms_putaway_task t JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
WHERE t.tenant_id = %(tenant)s AND t.location_id = ANY (%(ids)s::bigint[]) AND t.state = 'ready'
GROUP BY t.location_id
