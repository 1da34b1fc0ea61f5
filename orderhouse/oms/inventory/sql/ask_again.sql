-- Forget that these nodes were short of these items, for lines that wait for them.  Parameters: tenant; nodes, items, owners.
-- Locks: the refusals, in key order.
WITH forgotten AS MATERIALIZED (
  SELECT f.order_line_id, f.node_id
  FROM unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[]) AS u (node_id, item_id, owner_id)
  JOIN oms_order_line l ON l.tenant_id = %(tenant)s AND l.item_id = u.item_id AND l.owner_id = u.owner_id AND l.backordered > 0
  JOIN oms_node_refusal f ON f.tenant_id = %(tenant)s AND f.order_line_id = l.id AND f.node_id = u.node_id AND f.kind = 'short'
  ORDER BY f.order_line_id, f.node_id
  FOR UPDATE OF f
)
DELETE FROM oms_node_refusal f USING forgotten
WHERE f.tenant_id = %(tenant)s AND f.order_line_id = forgotten.order_line_id AND f.node_id = forgotten.node_id
