-- The lines of these returns.  Parameters: tenant, numbers.  Locks: orders, order lines, returns, return lines, each in id order.
WITH named AS (
  SELECT r.id, r.order_id FROM oms_return r WHERE r.tenant_id = %(tenant)s AND r.number = ANY (%(numbers)s::text[])
), orders AS MATERIALIZED (
  SELECT o.id FROM oms_order o WHERE o.tenant_id = %(tenant)s AND o.id IN (SELECT order_id FROM named) ORDER BY o.id FOR UPDATE
), lines AS MATERIALIZED (
  SELECT l.id, l.unit_price FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id IN (SELECT id FROM orders) ORDER BY l.id FOR UPDATE
), returns AS MATERIALIZED (
  SELECT r.id, r.number, r.order_id FROM oms_return r WHERE r.tenant_id = %(tenant)s AND r.id IN (SELECT id FROM named) ORDER BY r.id FOR UPDATE
)
SELECT r.number, r.id AS return_id, r.order_id, rl.id AS return_line_id, rl.line_number, l.id AS line_id, l.unit_price,
       rl.quantity - rl.received AS expected
FROM oms_return_line rl JOIN returns r ON r.id = rl.return_id JOIN lines l ON l.id = rl.order_line_id
WHERE rl.tenant_id = %(tenant)s
ORDER BY rl.id
FOR UPDATE OF rl
