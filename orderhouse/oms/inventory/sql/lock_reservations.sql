-- Reservations of these items at these nodes, with what ranks their orders.  Parameters: tenant; nodes, items, owners.
-- Locks: orders, then order lines, then reservations, each in id order.
WITH wanted AS (
  SELECT l.id AS order_line_id, l.order_id, r.node_id
  FROM oms_order_line l
  JOIN oms_reservation r ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id
  JOIN unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[]) AS u (node_id, item_id, owner_id)
    ON r.node_id = u.node_id AND l.item_id = u.item_id AND l.owner_id = u.owner_id
  WHERE l.tenant_id = %(tenant)s AND l.reserved > 0 AND r.quantity > 0
), orders AS MATERIALIZED (
  SELECT o.id, o.priority, o.received_at FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.id IN (SELECT order_id FROM wanted) ORDER BY o.id FOR UPDATE
), lines AS MATERIALIZED (
  SELECT l.id, l.order_id, l.item_id, l.owner_id FROM oms_order_line l JOIN orders ON orders.id = l.order_id
  WHERE l.tenant_id = %(tenant)s AND l.id IN (SELECT order_line_id FROM wanted) ORDER BY l.id FOR UPDATE OF l
)
SELECT r.node_id, lines.item_id, lines.owner_id, lines.id AS order_line_id, lines.order_id, r.quantity, orders.priority, orders.received_at
FROM lines JOIN orders ON orders.id = lines.order_id
JOIN oms_reservation r ON r.tenant_id = %(tenant)s AND r.order_line_id = lines.id
JOIN wanted ON wanted.order_line_id = r.order_line_id AND wanted.node_id = r.node_id
ORDER BY r.order_line_id, r.node_id
FOR UPDATE OF r
