-- Units told to leave, by local day, node and item: what the reorder rule learns from.
-- Parameters: tenant, since, until (timestamps; since included), zone.  Locks: none.
SELECT (r.sent_at AT TIME ZONE %(zone)s)::date AS day, r.node_id, l.item_id, sum(rl.quantity)::bigint AS units
FROM oms_release r
JOIN oms_release_line rl ON rl.tenant_id = r.tenant_id AND rl.release_id = r.id
JOIN oms_order_line l ON l.tenant_id = rl.tenant_id AND l.id = rl.order_line_id
WHERE r.tenant_id = %(tenant)s AND r.sent_at >= %(since)s AND r.sent_at < %(until)s
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
