-- A handling unit for each new parcel, labelled with its SSCC.  Parameters: tenant, ids, nodes, ssccs.  Locks: the new rows.
INSERT INTO wms_handling_unit (tenant_id, id, node_id, kind, code)
SELECT t.tenant_id, u.id, u.node_id, 'parcel', u.sscc
FROM people_tenant t, unnest(%(ids)s::bigint[], %(nodes)s::bigint[], %(ssccs)s::text[]) AS u (id, node_id, sscc)
WHERE t.tenant_id = %(tenant)s
