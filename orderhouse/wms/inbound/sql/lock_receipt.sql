-- A receipt as it stands.  Parameters: tenant, id.  Locks: the receipt. Whoever changes its lines holds this lock.
SELECT r.id, r.node_id, n.code AS node, n.time_zone, r.number, r.kind, r.supplier, r.reference, r.state, r.dock_id
FROM wms_receipt r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
WHERE r.tenant_id = %(tenant)s AND r.id = %(id)s FOR UPDATE OF r
