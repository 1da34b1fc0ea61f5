-- Parcels and what their labels say.  Parameters: tenant, ids.  Locks: none (recording the label locks, and looks again).
SELECT p.id AS parcel_id, p.outbound_id, p.sscc, p.state, p.carrier, p.service, p.weight_grams,
       (1 + (SELECT count(*) FROM wms_label v
             WHERE v.tenant_id = p.tenant_id AND v.parcel_id = p.id AND v.void_wanted_at IS NOT NULL))::int AS attempt,
       (SELECT count(*) FROM wms_parcel q WHERE q.tenant_id = p.tenant_id AND q.outbound_id = p.outbound_id AND q.state <> 'voided'
          AND q.id <= p.id)::int AS number,
       (SELECT count(*) FROM wms_parcel q WHERE q.tenant_id = p.tenant_id AND q.outbound_id = p.outbound_id
          AND q.state <> 'voided')::int AS count,
       o.order_number, o.ship_to::text AS ship_to, n.name AS node_name, n.address::text AS node_address, n.country, coalesce(l.tracking, '') AS tracking, l.zpl,
       coalesce(l.cost_minor, 0) AS cost_minor
FROM wms_parcel p
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
JOIN catalog_node n ON n.tenant_id = p.tenant_id AND n.id = p.node_id
LEFT JOIN wms_label l ON l.tenant_id = p.tenant_id AND l.parcel_id = p.id AND l.void_wanted_at IS NULL
WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(ids)s::bigint[])
ORDER BY p.id
