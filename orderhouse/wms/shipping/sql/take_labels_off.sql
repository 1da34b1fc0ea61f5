-- Labelled or manifested parcels are packed again; their labels are to be voided.  Parameters: tenant, at, ids.
-- Locks: the parcels, then their labels; their outbounds are locked before.
WITH parcel AS (
  UPDATE wms_parcel p SET state = 'packed', tracking = '', cost_minor = 0, manifest_id = NULL
  WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(ids)s::bigint[]) AND p.state IN ('labelled', 'manifested')
  RETURNING p.id
)
UPDATE wms_label l SET void_wanted_at = %(at)s FROM parcel p
WHERE l.tenant_id = %(tenant)s AND l.parcel_id = p.id AND l.void_wanted_at IS NULL
