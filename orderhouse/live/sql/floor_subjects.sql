-- The nodes of what events told of, and the order number of an outbound.
-- Parameters: tenant, receipts, waves, parcels, outbounds (ids). Locks: none.
SELECT node_id, NULL::text FROM wms_receipt WHERE tenant_id = %(tenant)s AND id = ANY(%(receipts)s)
UNION SELECT node_id, NULL FROM wms_wave WHERE tenant_id = %(tenant)s AND id = ANY(%(waves)s)
UNION SELECT node_id, NULL FROM wms_parcel WHERE tenant_id = %(tenant)s AND id = ANY(%(parcels)s)
UNION SELECT node_id, order_number FROM wms_outbound WHERE tenant_id = %(tenant)s AND id = ANY(%(outbounds)s)
