-- Keep labels that were bought; one kept under its purchase key already stays.  Parameters: tenant, at, and one array per column.
-- Locks: the new rows; the parcels' outbounds are locked before.
INSERT INTO wms_label (tenant_id, purchase_key, parcel_id, carrier, tracking, zpl, cost_minor, bought_at, void_wanted_at)
SELECT t.tenant_id, u.purchase_key, u.parcel_id, u.carrier, u.tracking, u.zpl, u.cost_minor, %(at)s,
       CASE WHEN u.wanted THEN NULL ELSE %(at)s::timestamptz END
FROM people_tenant t,
     unnest(%(keys)s::text[], %(parcels)s::bigint[], %(carriers)s::text[], %(trackings)s::text[], %(zpls)s::text[], %(costs)s::int[],
            %(wanted)s::boolean[])
     AS u (purchase_key, parcel_id, carrier, tracking, zpl, cost_minor, wanted)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, purchase_key) DO NOTHING
