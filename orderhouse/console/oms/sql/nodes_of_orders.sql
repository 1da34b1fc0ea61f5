-- Which nodes each order ships from: reserved there or released to.  Parameters: tenant, orders.  Locks: none.
SELECT order_id, array_agg(DISTINCT code ORDER BY code) AS nodes FROM (
  SELECT r.order_id, n.code FROM oms_release r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
  WHERE r.tenant_id = %(tenant)s AND r.order_id = ANY (%(orders)s::bigint[]) AND r.state NOT IN ('rejected', 'cancelled', 'shorted')
  UNION ALL
  SELECT r.order_id, n.code FROM oms_reservation r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
  WHERE r.tenant_id = %(tenant)s AND r.order_id = ANY (%(orders)s::bigint[]) AND r.quantity > 0
) places GROUP BY order_id
