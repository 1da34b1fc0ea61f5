-- What scanned totes and cartons carry, and how their orders stand.  Parameters: tenant, node, codes, outbound (the order at
-- work, 0 for none).  Locks: none: the verbs that post look again under their own locks.
-- An unpacked carton counts as a tote of its order.
WITH place AS (
  SELECT h.id, h.code, coalesce(h.outbound_id, p.outbound_id) AS outbound_id
  FROM wms_handling_unit h
  LEFT JOIN wms_parcel p ON p.tenant_id = h.tenant_id AND p.id = h.id AND p.state IN ('open', 'voided')
  WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s
    AND (h.code = ANY (%(codes)s::text[]) OR h.outbound_id = %(outbound)s::bigint)
  UNION
  SELECT h.id, h.code, p.outbound_id FROM wms_parcel p
  JOIN wms_handling_unit h ON h.tenant_id = p.tenant_id AND h.id = p.id
  WHERE p.tenant_id = %(tenant)s AND p.node_id = %(node)s AND p.outbound_id = %(outbound)s::bigint AND p.state IN ('open', 'voided')
)
SELECT p.code, o.id AS outbound_id, o.release_number, o.cancel_wanted OR o.state = 'cancelled' AS stopped,
       coalesce((SELECT sum(l.allocated) FROM wms_outbound_line l
                 WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id), 0)::bigint AS to_pick
FROM place p
LEFT JOIN wms_outbound o ON o.tenant_id = %(tenant)s AND o.id = p.outbound_id AND o.state NOT IN ('shipped', 'shorted')
ORDER BY o.id, p.id
