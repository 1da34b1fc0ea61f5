-- Totes, carts and pallets by code.  Parameters: tenant, node, prefix (a LIKE pattern), limit.  Locks: none.
SELECT h.id, h.code, h.kind AS name, coalesce(o.release_number, '') AS note FROM wms_handling_unit h
LEFT JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.kind <> 'parcel' AND h.code LIKE %(prefix)s
ORDER BY h.kind DESC, h.code LIMIT %(limit)s
