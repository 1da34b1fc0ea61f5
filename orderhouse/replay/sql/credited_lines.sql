-- Order lines that credit notes name: what of them may still be cancelled (nothing is asked back from a node twice), and what
-- has shipped and is not on its way back.  Parameters: tenant, channels, orders, lines (same length).  Locks: none.
SELECT o.channel_order_id, l.line_number, o.id AS order_id,
       l.backordered + l.reserved + l.released - l.cancel_wanted AS cancellable,
       (l.shipped - coalesce((SELECT sum(r.quantity) FROM oms_return_line r
                              WHERE r.tenant_id = l.tenant_id AND r.order_line_id = l.id), 0))::int AS returnable
FROM (SELECT DISTINCT * FROM unnest(%(channels)s::text[], %(orders)s::text[], %(lines)s::int[])) AS w (channel, number, line)
JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.code = w.channel
JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.channel_id = c.id AND o.channel_order_id = w.number
JOIN oms_order_line l ON l.tenant_id = %(tenant)s AND l.order_id = o.id AND l.line_number = w.line
ORDER BY o.id, l.line_number
