-- What orders say, to compare a repeat with.  Parameters: tenant, orders.  Locks: none.
SELECT o.id, o.currency, o.ship_to::text,
       json_agg(json_build_array(l.line_number, i.sku, l.ordered, l.unit_price::text))::text
FROM oms_order o
JOIN oms_order_line l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
JOIN catalog_item i ON i.tenant_id = o.tenant_id AND i.id = l.item_id
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[])
GROUP BY o.id, o.currency, o.ship_to
