-- One order's releases with their lines.  Parameters: tenant, order.  Locks: none.
SELECT r.id, r.number, n.code, r.state, r.sent_at, r.ship_by, r.rejection,
       json_agg(json_build_array(l.line_number, l.quantity, l.shipped, l.shorted, l.cancelled) ORDER BY l.line_number)::text
FROM oms_release r
JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
JOIN oms_release_line l ON l.tenant_id = r.tenant_id AND l.release_id = r.id
WHERE r.tenant_id = %(tenant)s AND r.order_id = %(order)s
GROUP BY r.id, r.number, n.code, r.state, r.sent_at, r.ship_by, r.rejection
ORDER BY r.sent_at, r.id
