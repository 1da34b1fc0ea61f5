-- Totes whose order is picked and not packed, the order that must leave first at the top.  Parameters: tenant, node, limit.
-- Locks: none.
SELECT h.code, o.id AS outbound_id, o.release_number, o.cancel_wanted AS stopped, 0::bigint AS to_pick
FROM wms_handling_unit h
JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.outbound_id IS NOT NULL AND o.state = 'picked' AND NOT o.cancel_wanted
ORDER BY o.ship_by, o.id, h.id
LIMIT %(limit)s
