-- What waits for a wave at a node, to choose from: by carrier, service, owner and moment.  Parameters: tenant, node.  Locks: none.
SELECT o.carrier, o.service, o.priority, o.ship_by, l.owner_id, w.code AS owner, count(DISTINCT o.id) AS orders, sum(l.waiting)::bigint AS units
FROM wms_outbound o
JOIN wms_outbound_line l ON l.tenant_id = o.tenant_id AND l.outbound_id = o.id AND l.waiting > 0
JOIN catalog_owner w ON w.tenant_id = l.tenant_id AND w.id = l.owner_id
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s AND o.state IN ('accepted', 'waved', 'picking', 'picked') AND NOT o.cancel_wanted
GROUP BY o.carrier, o.service, o.priority, o.ship_by, l.owner_id, w.code
ORDER BY o.ship_by
