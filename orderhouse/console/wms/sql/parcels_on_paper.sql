-- Parcels as papers show them.  Parameters: tenant, ids.  Locks: none.
SELECT p.id, p.outbound_id, p.node_id, n.code AS node, n.name AS node_name, n.address::text AS node_address, n.country,
  o.release_number, o.order_number, o.ship_to::text AS ship_to, p.sscc::text AS sscc, p.state, p.carrier, p.service, p.tracking, p.weight_grams,
  p.carton, p.packed_by, p.packed_at, p.shipped_at, o.accepted_at, p.manifest_id,
  (SELECT count(*) FROM wms_parcel q WHERE q.tenant_id = p.tenant_id AND q.outbound_id = p.outbound_id AND q.state <> 'voided'
     AND q.id <= p.id)::int AS number,
  (SELECT count(*) FROM wms_parcel q WHERE q.tenant_id = p.tenant_id AND q.outbound_id = p.outbound_id AND q.state <> 'voided')::int AS count,
  coalesce((SELECT sum(c.quantity) FROM wms_parcel_line c WHERE c.tenant_id = p.tenant_id AND c.parcel_id = p.id), 0)::bigint AS units,
  l.zpl
FROM wms_parcel p
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
JOIN catalog_node n ON n.tenant_id = p.tenant_id AND n.id = p.node_id
LEFT JOIN wms_label l ON l.tenant_id = p.tenant_id AND l.parcel_id = p.id AND l.void_wanted_at IS NULL
WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(ids)s::bigint[])
ORDER BY p.id
