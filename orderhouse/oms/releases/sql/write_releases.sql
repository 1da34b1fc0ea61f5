-- Write releases.  Parameters: tenant, at; ids, numbers, orders, nodes, ship_bys.  Locks: none beyond the new rows.
INSERT INTO oms_release (tenant_id, id, number, order_id, node_id, state, sent_at, ship_by)
SELECT t.tenant_id, u.id, u.number, u.order_id, u.node_id, 'sent', %(at)s, u.ship_by
FROM people_tenant t, unnest(%(ids)s::bigint[], %(numbers)s::text[], %(orders)s::bigint[], %(nodes)s::bigint[], %(ship_bys)s::timestamptz[])
  AS u (id, number, order_id, node_id, ship_by)
WHERE t.tenant_id = %(tenant)s
