-- What caused movements of the physical book: the code people know it by, and the outbound or receipt it belongs to.
-- Parameters: tenant; outbounds, picks, parcels, receipts, tasks (ids by kind of document).  Locks: none.
SELECT 'outbound' AS kind, o.id, o.release_number AS code, o.id AS outbound_id, NULL::bigint AS receipt_id FROM wms_outbound o
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(outbounds)s::bigint[])
UNION ALL
SELECT 'pick', t.id, o.release_number, o.id, NULL FROM wms_pick_task t
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(picks)s::bigint[])
UNION ALL
SELECT 'parcel', p.id, o.release_number, o.id, NULL FROM wms_parcel p
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(parcels)s::bigint[])
UNION ALL
SELECT 'receipt', r.id, r.number, NULL, r.id FROM wms_receipt r
WHERE r.tenant_id = %(tenant)s AND r.id = ANY (%(receipts)s::bigint[])
UNION ALL
SELECT 'task', t.id, coalesce(r.number, o.release_number, ''), o.id, r.id FROM wms_putaway_task t
LEFT JOIN wms_receipt r ON r.tenant_id = t.tenant_id AND r.id = t.receipt_id
LEFT JOIN wms_outbound_line l ON l.tenant_id = t.tenant_id AND l.id = t.outbound_line_id
LEFT JOIN wms_outbound o ON o.tenant_id = l.tenant_id AND o.id = l.outbound_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(tasks)s::bigint[])
