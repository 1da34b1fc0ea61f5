-- The lines of these returns, whose orders stay as they are.  Parameters: tenant, numbers.
-- Locks: returns, then return lines, each in id order. No order: the node tells the stock first, and accounts come after orders.
WITH returns AS MATERIALIZED (
  SELECT r.id, r.number, r.order_id FROM oms_return r
  WHERE r.tenant_id = %(tenant)s AND r.number = ANY (%(numbers)s::text[]) ORDER BY r.id FOR UPDATE
)
SELECT r.number, r.id AS return_id, r.order_id, rl.id AS return_line_id, rl.line_number, l.id AS line_id, l.unit_price,
       rl.quantity - rl.received AS expected
FROM oms_return_line rl
JOIN returns r ON r.id = rl.return_id
JOIN oms_order_line l ON l.tenant_id = rl.tenant_id AND l.id = rl.order_line_id
WHERE rl.tenant_id = %(tenant)s
ORDER BY rl.id
FOR UPDATE OF rl
