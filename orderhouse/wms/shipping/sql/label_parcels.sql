-- Packed parcels carry the labels bought for them.  Parameters: tenant, parcels, trackings, costs, wanted.
-- Locks: the parcels, whose outbounds are locked before.
UPDATE wms_parcel p SET state = 'labelled', tracking = u.tracking, cost_minor = u.cost
FROM unnest(%(parcels)s::bigint[], %(trackings)s::text[], %(costs)s::int[], %(wanted)s::boolean[]) AS u (id, tracking, cost, wanted)
WHERE p.tenant_id = %(tenant)s AND p.id = u.id AND u.wanted AND p.state = 'packed'
