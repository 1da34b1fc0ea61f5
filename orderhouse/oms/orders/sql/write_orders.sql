-- Write new orders as they stand after sourcing.  Parameters: tenant; one array per column, sorted by channel and channel's id.
-- Locks: the new orders' keys, in that order: a twin being placed at this moment is waited for, and is an error if it stands.
INSERT INTO oms_order (tenant_id, id, number, channel_id, channel_order_id, customer_id, state, priority, currency, service,
  ship_to, country, latitude, longitude, goods, placed_at, received_at, sourced_at, promised_at, ship_by)
SELECT t.tenant_id, u.id, u.number, u.channel_id, u.channel_order_id, u.customer_id, u.state, u.priority, u.currency, u.service,
  u.ship_to::jsonb, u.country, u.latitude, u.longitude, u.goods::numeric, u.placed_at, u.received_at, u.received_at, u.promised_at, u.ship_by
FROM people_tenant t,
  unnest(%(ids)s::bigint[], %(numbers)s::text[], %(channel_ids)s::bigint[], %(channel_order_ids)s::text[], %(customers)s::bigint[],
    %(states)s::text[], %(priorities)s::smallint[], %(currencies)s::text[], %(services)s::text[], %(ship_tos)s::text[], %(countries)s::text[],
    %(latitudes)s::float8[], %(longitudes)s::float8[], %(goods)s::text[], %(placed_ats)s::timestamptz[], %(received_ats)s::timestamptz[],
    %(promised_ats)s::timestamptz[], %(ship_bys)s::timestamptz[])
  AS u (id, number, channel_id, channel_order_id, customer_id, state, priority, currency, service, ship_to, country, latitude, longitude,
    goods, placed_at, received_at, promised_at, ship_by)
WHERE t.tenant_id = %(tenant)s
RETURNING id
