-- How many orders had a parcel packed within the span, and how many a parcel that left today: the counts of outbounds_done.sql.
-- Parameters: tenant, node, packed_from_id, packed_since, shipped_from_id, shipped_since, until.  Locks: none.
SELECT
  (SELECT count(DISTINCT p.outbound_id) FROM wms_parcel p
   WHERE p.tenant_id = %(tenant)s AND p.id >= %(packed_from_id)s AND p.node_id = %(node)s AND p.state NOT IN ('open', 'voided')
     AND p.packed_at >= %(packed_since)s AND p.packed_at < %(until)s)::int AS packed,
  (SELECT count(DISTINCT p.outbound_id) FROM wms_parcel p
   WHERE p.tenant_id = %(tenant)s AND p.id >= %(shipped_from_id)s AND p.node_id = %(node)s AND p.state NOT IN ('open', 'voided')
     AND p.shipped_at >= %(shipped_since)s AND p.shipped_at < %(until)s)::int AS shipped
