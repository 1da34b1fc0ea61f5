-- Closed manifests.  Parameters: tenant, node (NULL with manifest), manifest (NULL for a node's), limit.  Locks: none.
SELECT m.id, m.number, m.carrier, n.code AS node, n.name AS node_name, n.address::text AS node_address, n.country, m.closed_at,
  (SELECT count(*) FROM wms_parcel p WHERE p.tenant_id = m.tenant_id AND p.manifest_id = m.id) AS parcels,
  (SELECT count(*) FROM wms_parcel p
   WHERE p.tenant_id = m.tenant_id AND p.manifest_id = m.id AND p.state = 'manifested') AS parcels_here,
  coalesce((SELECT sum(p.weight_grams) FROM wms_parcel p WHERE p.tenant_id = m.tenant_id AND p.manifest_id = m.id), 0)::bigint AS grams
FROM wms_manifest m JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = m.node_id
WHERE m.tenant_id = %(tenant)s AND (m.id = %(manifest)s::bigint OR (%(manifest)s::bigint IS NULL AND m.node_id = %(node)s::bigint))
ORDER BY m.closed_at DESC, m.id DESC LIMIT %(limit)s
