-- Open parcels again that something was taken out of, or void them once empty; their labels are to be voided.
-- Parameters: tenant, at, parcels (ids).  Locks: the parcels, then their labels; their outbounds are locked before.
WITH reopened AS (
  UPDATE wms_parcel p
  SET state = CASE WHEN EXISTS (SELECT FROM wms_parcel_line c
                                WHERE c.tenant_id = p.tenant_id AND c.parcel_id = p.id AND c.quantity > 0)
              THEN 'open' ELSE 'voided' END,
      tracking = '', cost_minor = 0, manifest_id = NULL, weight_grams = 0, packed_at = NULL, packed_by = ''
  WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(parcels)s::bigint[])
  RETURNING p.id
)
UPDATE wms_label l SET void_wanted_at = %(at)s FROM reopened r
WHERE l.tenant_id = %(tenant)s AND l.parcel_id = r.id AND l.void_wanted_at IS NULL
