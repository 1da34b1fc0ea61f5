-- Outbounds of a node with units waiting: priority (0 first), then the moment they must leave, then the order they came in.
-- Parameters: tenant, node, cutoff (NULL for none), limit (NULL for none).  Locks: none.
SELECT o.id FROM wms_outbound o
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s AND o.state IN ('accepted', 'waved', 'picking', 'picked')
  AND NOT o.cancel_wanted AND (%(cutoff)s::timestamptz IS NULL OR o.ship_by <= %(cutoff)s::timestamptz)
  AND EXISTS (SELECT FROM wms_outbound_line l WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id AND l.waiting > 0)
ORDER BY o.priority, o.ship_by, o.id
LIMIT %(limit)s
