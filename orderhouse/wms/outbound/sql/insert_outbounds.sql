-- Write accepted releases; their state is derived next.  Parameters: tenant, at, and one array per column.  Locks: the new rows.
INSERT INTO wms_outbound (tenant_id, id, node_id, release_number, order_number, state, priority, carrier, service, ship_to, ship_by,
                          accepted_at)
SELECT t.tenant_id, u.id, u.node_id, u.release_number, u.order_number, 'accepted', u.priority, u.carrier, u.service, u.ship_to::jsonb,
       u.ship_by, %(at)s
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(nodes)s::bigint[], %(releases)s::text[], %(orders)s::text[], %(priorities)s::smallint[],
            %(carriers)s::text[], %(services)s::text[], %(addresses)s::text[], %(ship_bys)s::timestamptz[])
     AS u (id, node_id, release_number, order_number, priority, carrier, service, ship_to, ship_by)
WHERE t.tenant_id = %(tenant)s
