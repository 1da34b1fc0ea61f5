-- Close parcels.  Parameters: tenant, at, badge, ids (sorted), weights in grams.  Locks: the parcels, whose outbounds are locked before.
UPDATE wms_parcel p SET state = 'packed', weight_grams = u.grams, packed_by = %(badge)s, packed_at = %(at)s
FROM unnest(%(ids)s::bigint[], %(weights)s::int[]) AS u (id, grams)
WHERE p.tenant_id = %(tenant)s AND p.id = u.id
