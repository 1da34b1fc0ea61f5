-- Set lines' counts.  Parameters: tenant, ids, good, damaged, ungraded.  Locks: the lines; their receipt is locked before.
UPDATE wms_receipt_line l SET good = u.good, damaged = u.damaged, ungraded = u.ungraded
FROM unnest(%(ids)s::bigint[], %(good)s::integer[], %(damaged)s::integer[], %(ungraded)s::integer[]) AS u (id, good, damaged, ungraded)
WHERE l.tenant_id = %(tenant)s AND l.id = u.id
