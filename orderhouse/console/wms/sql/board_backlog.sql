-- What a node still has to send off, by the moment it must leave, carrier, service and stage.  Reads the index of open outbounds.
-- Parameters: tenant, node.  Locks: none.
SELECT o.ship_by, o.carrier, o.service, o.stage, count(*)::int AS orders, sum(l.lines)::int AS lines, sum(l.units)::bigint AS units
FROM wms_open_outbound o
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE l.waiting + l.allocated + l.picked + l.packed > 0) AS lines,
    coalesce(sum(l.waiting + l.allocated + l.picked + l.packed), 0) AS units
  FROM wms_outbound_line l WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id
) l
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s
GROUP BY o.ship_by, o.carrier, o.service, o.stage
ORDER BY o.ship_by, o.carrier, o.service
