-- Reserved units of locked orders that are ready to be released.  Parameters: tenant; orders (locked).
-- Ready: no open hold; and nothing waiting where the channel wants the order whole. A hold needs the order's lock, so what is
-- read here stands until the end of the transaction.
-- Locks: lines, then reservations, each in id order.
-- Keys go from one table to the next as arrays, so that no plan is quadratic where statistics do not know a new business yet.
WITH ready AS MATERIALIZED (
  SELECT o.* FROM oms_order o
  JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.id = o.channel_id
  WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[])
    AND NOT EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL)
    AND (c.ships_partially OR NOT EXISTS (
      SELECT FROM oms_order_line l WHERE l.tenant_id = %(tenant)s AND l.order_id = o.id AND l.backordered > 0))
), lines AS MATERIALIZED (
  SELECT l.* FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.order_id = ANY (ARRAY(SELECT id FROM ready)) AND l.reserved > 0 ORDER BY l.id FOR UPDATE
), reserved AS MATERIALIZED (
  SELECT r.* FROM oms_reservation r
  WHERE r.tenant_id = %(tenant)s AND r.order_line_id = ANY (ARRAY(SELECT id FROM lines)) AND r.quantity > 0
  ORDER BY r.order_line_id, r.node_id FOR UPDATE
)
SELECT o.id AS order_id, o.number, o.channel_id, o.priority, o.service, o.ship_to, o.ship_by,
       l.id AS line_id, l.line_number, l.item_id, i.sku, l.owner_id, w.code AS owner, r.node_id, r.quantity
FROM reserved r
JOIN lines l ON l.id = r.order_line_id
JOIN ready o ON o.id = l.order_id
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = l.item_id
JOIN catalog_owner w ON w.tenant_id = %(tenant)s AND w.id = l.owner_id
ORDER BY r.order_line_id, r.node_id
