-- One order's own facts.  Parameters: tenant, id or number (the other NULL).  Locks: none.
SELECT o.id, o.number, c.code, o.channel_order_id, o.state, o.priority, o.currency, o.service, o.country, o.customer_id,
       coalesce(u.name, ''), coalesce(u.email, ''), o.placed_at, o.received_at, o.sourced_at, o.promised_at, o.ship_by,
       o.ship_to::text, p.parcels, p.undelivered
FROM oms_order o
JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
LEFT JOIN oms_customer u ON u.tenant_id = o.tenant_id AND u.id = o.customer_id
LEFT JOIN LATERAL (
  SELECT count(*) AS parcels, count(*) - count(p.delivered_at) AS undelivered
  FROM oms_shipment s JOIN oms_parcel p ON p.tenant_id = s.tenant_id AND p.shipment_id = s.id
  WHERE s.tenant_id = o.tenant_id AND s.order_id = o.id
) p ON true
WHERE o.tenant_id = %(tenant)s AND (o.id = %(id)s::bigint OR o.number = %(number)s::text)
