-- Outbounds by release number, order number or a parcel's tracking number.  Parameters: tenant, node, texts.  Locks: none.
SELECT o.release_number, o.order_number, o.state, o.cancel_wanted OR o.state = 'cancelled' AS stopped,
  coalesce(sum(l.quantity), 0)::bigint AS units, coalesce(sum(l.picked + l.packed + l.shipped), 0)::bigint AS picked,
  coalesce(sum(l.packed + l.shipped), 0)::bigint AS packed,
  ARRAY(SELECT h.kind || ' ' || h.code FROM wms_handling_unit h WHERE h.tenant_id = o.tenant_id AND h.outbound_id = o.id ORDER BY h.code) AS totes,
  coalesce((SELECT max(p.tracking) FROM wms_parcel p WHERE p.tenant_id = o.tenant_id AND p.outbound_id = o.id), '') AS tracking
FROM wms_outbound o
JOIN wms_outbound_line l ON l.tenant_id = o.tenant_id AND l.outbound_id = o.id
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s AND (
  o.release_number = ANY (%(texts)s::text[])
  OR o.release_number = ANY (SELECT t || '/1' FROM unnest(%(texts)s::text[]) AS u (t))
  OR o.id IN (SELECT p.outbound_id FROM wms_parcel p WHERE p.tenant_id = %(tenant)s AND p.node_id = %(node)s
              AND p.sscc::text = ANY (%(texts)s::text[])))
GROUP BY o.tenant_id, o.id
LIMIT 50
