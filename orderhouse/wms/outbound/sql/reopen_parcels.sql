-- Open parcels again that something was taken out of, or void them once empty; their labels are to be voided.  A voided carton
-- carries its order as a tote does, until nothing lies in it any more: that is how a bench finds what is to be packed anew.
-- Parameters: tenant, at, parcels (ids).  Locks: the parcels, their handling units, then their labels; their outbounds are locked before.
WITH reopened AS (
  UPDATE wms_parcel p
  SET state = CASE WHEN EXISTS (SELECT FROM wms_parcel_line c
                                WHERE c.tenant_id = p.tenant_id AND c.parcel_id = p.id AND c.quantity > 0)
              THEN 'open' ELSE 'voided' END,
      tracking = '', cost_minor = 0, manifest_id = NULL, weight_grams = 0, packed_at = NULL, packed_by = ''
  WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(parcels)s::bigint[])
  RETURNING p.id, p.outbound_id, p.state
), carries AS (
  UPDATE wms_handling_unit h SET outbound_id = r.outbound_id FROM reopened r
  WHERE h.tenant_id = %(tenant)s AND h.id = r.id AND r.state = 'voided'
)
UPDATE wms_label l SET void_wanted_at = %(at)s FROM reopened r
WHERE l.tenant_id = %(tenant)s AND l.parcel_id = r.id AND l.void_wanted_at IS NULL
