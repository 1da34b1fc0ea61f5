-- Write the charges of new orders.  Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_charge (tenant_id, id, order_id, kind, description, amount)
SELECT t.tenant_id, u.id, u.order_id, u.kind, u.description, u.amount::numeric
FROM people_tenant t,
  unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(kinds)s::text[], %(descriptions)s::text[], %(amounts)s::text[])
  AS u (id, order_id, kind, description, amount)
WHERE t.tenant_id = %(tenant)s
