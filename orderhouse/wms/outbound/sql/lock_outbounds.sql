-- Outbounds as they stand.  Parameters: tenant, ids.
-- Locks: wms_outbound, in id order. Whoever changes an outbound's lines, tasks or parcels holds this lock.
SELECT o.id, o.node_id, n.code AS node, o.release_number, o.order_number, o.state, o.carrier, o.service, o.ship_by, o.wave_id,
       o.cancel_wanted
FROM wms_outbound o
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(ids)s::bigint[])
ORDER BY o.id
FOR UPDATE OF o
