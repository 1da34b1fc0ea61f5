-- Everything about the lines of these releases.  Parameters: tenant; numbers (release numbers).
-- Locks: orders, order lines, releases, release lines, each in id order.
WITH named AS (
  SELECT r.id, r.order_id FROM oms_release r WHERE r.tenant_id = %(tenant)s AND r.number = ANY (%(numbers)s::text[])
), orders AS MATERIALIZED (
  SELECT o.id, o.number, o.channel_id, o.channel_order_id FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.id IN (SELECT order_id FROM named) ORDER BY o.id FOR UPDATE
), order_lines AS MATERIALIZED (
  SELECT l.id, l.order_id, l.item_id, l.owner_id, l.cancel_wanted, l.unit_price FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id IN (SELECT id FROM orders) ORDER BY l.id FOR UPDATE
), releases AS MATERIALIZED (
  SELECT r.id, r.number, r.order_id, r.node_id, r.state FROM oms_release r
  WHERE r.tenant_id = %(tenant)s AND r.id IN (SELECT id FROM named) ORDER BY r.id FOR UPDATE
)
SELECT r.number AS release, r.id AS release_id, r.state, r.node_id, o.id AS order_id, o.number AS order_number, c.code AS channel,
       o.channel_order_id, rl.id AS release_line_id, rl.line_number, l.id AS line_id, l.item_id, l.owner_id, l.cancel_wanted,
       rl.quantity - rl.shipped - rl.shorted - rl.cancelled AS open, rl.shipped
FROM oms_release_line rl
JOIN releases r ON r.id = rl.release_id
JOIN orders o ON o.id = r.order_id
JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.id = o.channel_id
JOIN order_lines l ON l.id = rl.order_line_id
WHERE rl.tenant_id = %(tenant)s
ORDER BY rl.id
FOR UPDATE OF rl
