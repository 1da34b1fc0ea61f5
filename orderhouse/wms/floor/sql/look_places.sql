-- Locations and handling units by their codes, or a parcel by its tracking number.  Parameters: tenant, node, texts.  Locks: none.
SELECT l.id, l.code, l.kind, CASE WHEN NOT l.active THEN 'out of use' ELSE '' END AS note, true AS location FROM wms_location l
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.code = ANY (%(texts)s::text[])
UNION ALL
SELECT h.id, h.code, h.kind,
  CASE WHEN p.id IS NOT NULL THEN concat_ws(' ', 'order', po.release_number, p.state, nullif(p.tracking, ''))
       WHEN o.id IS NULL THEN ''
       WHEN o.cancel_wanted OR o.state = 'cancelled' THEN 'for cancelled order ' || o.release_number || ': put it back'
       ELSE 'for order ' || o.release_number || ', ' || o.state END, false
FROM wms_handling_unit h
LEFT JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
LEFT JOIN wms_parcel p ON p.tenant_id = h.tenant_id AND p.id = h.id
LEFT JOIN wms_outbound po ON po.tenant_id = p.tenant_id AND po.id = p.outbound_id
WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.code = ANY (%(texts)s::text[])
