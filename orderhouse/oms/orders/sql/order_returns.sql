-- One order's returns.  Parameters: tenant, order.  Locks: none.
SELECT r.id, r.number, n.code AS node, r.state, r.reason, r.authorized_at, coalesce(sum(l.quantity), 0)::int AS units,
       coalesce(sum(l.received), 0)::int AS received, coalesce(sum(l.refund_amount), 0) AS refunded
FROM oms_return r
JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
LEFT JOIN oms_return_line l ON l.tenant_id = r.tenant_id AND l.return_id = r.id
WHERE r.tenant_id = %(tenant)s AND r.order_id = %(order)s
GROUP BY r.id, r.number, n.code, r.state, r.reason, r.authorized_at
ORDER BY r.authorized_at, r.id
