-- Shipped lines of these orders, with what may still come back and where it came from.  Parameters: tenant, orders.
-- Locks: orders, then lines, each in id order.
WITH orders AS MATERIALIZED (
  SELECT o.id, o.number FROM oms_order o
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[]) ORDER BY o.id FOR UPDATE
), lines AS MATERIALIZED (
  SELECT l.* FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id IN (SELECT id FROM orders) AND l.shipped > 0 ORDER BY l.id FOR UPDATE
), shippers AS (
  SELECT DISTINCT ON (r.order_id) r.order_id, r.node_id
  FROM oms_release r JOIN oms_release_line rl ON rl.tenant_id = r.tenant_id AND rl.release_id = r.id
  WHERE r.tenant_id = %(tenant)s AND r.order_id IN (SELECT id FROM orders)
  GROUP BY r.order_id, r.node_id ORDER BY r.order_id, sum(rl.shipped) DESC, r.node_id
)
SELECT o.id AS order_id, o.number AS order_number, l.id AS line_id, l.line_number, i.sku, w.code AS owner,
       (l.shipped - coalesce((SELECT sum(rl.quantity) FROM oms_return_line rl
         JOIN oms_return r ON r.tenant_id = rl.tenant_id AND r.id = rl.return_id AND r.state <> 'declined'
         WHERE rl.tenant_id = %(tenant)s AND rl.order_line_id = l.id), 0))::int AS returnable,
       s.node_id, n.code AS node,
       (SELECT count(*) FROM oms_return r WHERE r.tenant_id = %(tenant)s AND r.order_id = o.id)::int AS returns
FROM lines l
JOIN orders o ON o.id = l.order_id
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = l.item_id
JOIN catalog_owner w ON w.tenant_id = %(tenant)s AND w.id = l.owner_id
LEFT JOIN shippers s ON s.order_id = o.id
LEFT JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.id = s.node_id
ORDER BY l.id
