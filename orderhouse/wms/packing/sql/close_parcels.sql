-- Close parcels.  Parameters: tenant, at, badge, ids (sorted), weights in grams, cartons.  Locks: the parcels, whose outbounds are locked before.
UPDATE wms_parcel p SET state = 'packed', weight_grams = u.grams, carton = u.carton, packed_by = %(badge)s, packed_at = %(at)s
FROM unnest(%(ids)s::bigint[], %(weights)s::int[], %(cartons)s::text[]) AS u (id, grams, carton)
WHERE p.tenant_id = %(tenant)s AND p.id = u.id
