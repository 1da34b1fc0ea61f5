-- What is open in releases, the oldest release first.  Parameters: tenant, orders.  Locks: none.
SELECT r.number, n.code, rl.id, rl.order_line_id, rl.line_number, rl.quantity - rl.shipped - rl.shorted - rl.cancelled,
       least(rl.quantity - rl.shipped - rl.shorted - rl.cancelled, greatest(rl.asked_back - rl.cancelled, 0))
FROM oms_release r
JOIN oms_release_line rl ON rl.tenant_id = r.tenant_id AND rl.release_id = r.id
JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
WHERE r.tenant_id = %(tenant)s AND r.order_id = ANY (%(orders)s::bigint[]) AND rl.quantity > rl.shipped + rl.shorted + rl.cancelled
ORDER BY r.order_id, r.sent_at, r.id, rl.line_number
