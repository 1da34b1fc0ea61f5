-- What a node still owes.  Parameters: tenant, node.  Locks: none.
SELECT o.ship_by, o.state, count(DISTINCT o.id) AS orders, count(*) AS lines,
       sum(l.waiting + l.allocated + l.picked + l.packed)::bigint AS units
FROM wms_outbound o
JOIN wms_outbound_line l ON l.tenant_id = o.tenant_id AND l.outbound_id = o.id
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s AND o.state NOT IN ('shipped', 'shorted', 'cancelled')
GROUP BY o.ship_by, o.state
ORDER BY o.ship_by, o.state
