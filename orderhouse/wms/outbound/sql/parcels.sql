-- The parcels of an outbound.  Parameters: tenant, outbound.  Locks: none.
SELECT p.id, p.sscc, p.state, p.weight_grams, p.carrier, p.service, p.tracking,
       (SELECT coalesce(sum(c.quantity), 0) FROM wms_parcel_line c
        WHERE c.tenant_id = p.tenant_id AND c.parcel_id = p.id)::bigint AS units, p.packed_at, p.shipped_at
FROM wms_parcel p
WHERE p.tenant_id = %(tenant)s AND p.outbound_id = %(outbound)s
ORDER BY p.id
