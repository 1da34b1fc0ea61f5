-- Every unit of one order that no node was told to ship yet, reserved or waiting, as sourcing would see it if all of it waited.
-- Parameters: tenant, order.  Locks: none.
SELECT o.id AS order_id, o.number, o.channel_id, o.channel_order_id, c.code AS channel, c.when_short, c.buffer, c.share_percent,
       o.priority, o.promised_at, o.received_at, o.latitude, o.longitude, o.country, o.service, o.sourced_at,
       l.id AS line_id, l.line_number, l.item_id, l.owner_id, l.backordered + l.reserved AS backordered, i.weight_grams, i.hazmat
FROM oms_order o
JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
JOIN oms_order_line l ON l.tenant_id = o.tenant_id AND l.order_id = o.id AND l.backordered + l.reserved > 0
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
WHERE o.tenant_id = %(tenant)s AND o.id = %(order)s
ORDER BY l.id
