-- The channel each submission names, and the order it already is.  Parameters: tenant, channels and ids (one entry a submission).
-- Locks: none.
SELECT u.n, c.id, c.code, c.owner_id, c.currency, c.priority, c.service, c.active, o.id, o.number, o.state
FROM unnest(%(channels)s::text[], %(ids)s::text[]) WITH ORDINALITY AS u (channel, channel_order_id, n)
JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.code = u.channel
LEFT JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.channel_id = c.id AND o.channel_order_id = u.channel_order_id
