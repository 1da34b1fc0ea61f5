-- One outbound's head.  Parameters: tenant, id.  Locks: none.
SELECT o.id, o.node_id, n.code AS node, o.release_number, o.order_number, o.state, o.priority, o.carrier, o.service, o.ship_to::text AS ship_to,
       o.ship_by, o.accepted_at, w.number AS wave, o.cancel_wanted
FROM wms_outbound o
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
LEFT JOIN wms_wave w ON w.tenant_id = o.tenant_id AND w.id = o.wave_id
WHERE o.tenant_id = %(tenant)s AND o.id = %(id)s
