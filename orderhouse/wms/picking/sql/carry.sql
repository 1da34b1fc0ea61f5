-- Let totes carry outbounds.  Parameters: tenant, ids (sorted), outbounds.  Locks: none beyond the totes, locked before.
UPDATE wms_handling_unit h SET outbound_id = u.outbound_id
FROM unnest(%(ids)s::bigint[], %(outbounds)s::bigint[]) AS u (id, outbound_id)
WHERE h.tenant_id = %(tenant)s AND h.id = u.id
