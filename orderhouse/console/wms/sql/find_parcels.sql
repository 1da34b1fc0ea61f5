-- Parcels of a node by SSCC, tracking number, release or order number; the latest where text is empty.
-- Parameters: tenant, node, text, limit.  Locks: none.
SELECT p.id FROM wms_parcel p
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
WHERE p.tenant_id = %(tenant)s AND p.node_id = %(node)s AND (
  (%(text)s::text = '' AND p.state IN ('open', 'packed', 'labelled', 'manifested'))
  OR (%(text)s::text <> '' AND (p.sscc::text = %(text)s::text OR p.tracking = %(text)s::text
  OR o.release_number = %(text)s::text OR o.order_number = %(text)s::text)))
ORDER BY p.id DESC LIMIT %(limit)s
