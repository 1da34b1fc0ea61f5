-- Receipts known by number.  Parameters: tenant, nodes and numbers.  Locks: the receipts, in id order.
SELECT r.id, r.node_id, r.number, r.kind, r.state FROM wms_receipt r
WHERE r.tenant_id = %(tenant)s
  AND (r.node_id, r.number) IN (SELECT * FROM unnest(%(nodes)s::bigint[], %(numbers)s::text[]))
ORDER BY r.id FOR UPDATE
