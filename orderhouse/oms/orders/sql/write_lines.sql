-- Write the lines of new orders as they stand after sourcing; what waits gets the date of the next receipt, if one is due.
-- Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_order_line (tenant_id, id, order_id, line_number, item_id, owner_id, ordered, cancelled, backordered, reserved, unit_price, due_date)
SELECT t.tenant_id, u.id, u.order_id, u.line_number, u.item_id, u.owner_id, u.ordered, u.cancelled, u.ordered - u.cancelled - u.reserved,
  u.reserved, u.price::numeric, CASE WHEN u.ordered > u.cancelled + u.reserved THEN
    (SELECT min(n.due_at)::date FROM oms_incoming n
     WHERE n.tenant_id = %(tenant)s AND n.item_id = u.item_id AND n.owner_id = u.owner_id AND n.settled_at IS NULL) END
FROM people_tenant t,
  unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(numbers)s::int[], %(items)s::bigint[], %(owners)s::bigint[], %(ordered)s::int[],
    %(cancelled)s::int[], %(reserved)s::int[], %(prices)s::text[])
  AS u (id, order_id, line_number, item_id, owner_id, ordered, cancelled, reserved, price)
WHERE t.tenant_id = %(tenant)s
