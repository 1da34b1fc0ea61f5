-- Open parcels.  Parameters: tenant, and one array per column.  Locks: the new rows, whose outbounds are locked before.
INSERT INTO wms_parcel (tenant_id, id, outbound_id, node_id, sscc, state, carrier, service)
SELECT t.tenant_id, u.id, u.outbound_id, u.node_id, u.sscc, 'open', u.carrier, u.service
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(outbounds)s::bigint[], %(nodes)s::bigint[], %(ssccs)s::text[], %(carriers)s::text[], %(services)s::text[])
     AS u (id, outbound_id, node_id, sscc, carrier, service)
WHERE t.tenant_id = %(tenant)s
