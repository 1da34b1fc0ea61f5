-- Write orders with their lines, charges and holds; one whose channel already sent its id is left out of the answer, with all of it.
-- An invalid submission of the same id that waited to be mended is settled.
-- Parameters: tenant, actor, at; arrays of orders (sorted by channel and channel's id), lines, charges, holds.
-- Locks: the new orders' keys, in that order: a twin being placed at this moment is waited for.
WITH submitted AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(numbers)s::text[], %(channel_ids)s::bigint[], %(channels)s::text[],
    %(channel_order_ids)s::text[], %(customers)s::bigint[], %(states)s::text[], %(priorities)s::smallint[], %(currencies)s::text[],
    %(services)s::text[], %(ship_tos)s::text[], %(countries)s::text[], %(latitudes)s::float8[], %(longitudes)s::float8[],
    %(placed_ats)s::timestamptz[]) WITH ORDINALITY
    AS u (id, number, channel_id, channel, channel_order_id, customer_id, state, priority, currency, service, ship_to, country,
          latitude, longitude, placed_at, n)
), line AS (
  SELECT * FROM unnest(%(line_ids)s::bigint[], %(line_orders)s::bigint[], %(line_numbers)s::int[], %(items)s::bigint[],
    %(owners)s::bigint[], %(quantities)s::int[], %(prices)s::numeric[])
    AS u (id, order_id, line_number, item_id, owner_id, quantity, price)
), worth AS (
  SELECT order_id, sum(quantity * price::numeric(14, 4)) AS goods FROM line GROUP BY order_id
), placed AS (
  INSERT INTO oms_order (tenant_id, id, number, channel_id, channel_order_id, customer_id, state, priority, currency, service,
    ship_to, country, latitude, longitude, goods, placed_at, received_at)
  SELECT t.tenant_id, u.id, u.number, u.channel_id, u.channel_order_id, u.customer_id, u.state, u.priority, u.currency, u.service,
    u.ship_to::jsonb, u.country, u.latitude, u.longitude, coalesce(w.goods, 0), u.placed_at, %(at)s
  FROM people_tenant t, submitted u LEFT JOIN worth w ON w.order_id = u.id
  WHERE t.tenant_id = %(tenant)s
  ORDER BY u.n
  ON CONFLICT DO NOTHING  -- on any unique key: the number is the same fact as channel and channel's id
  RETURNING id
), lines AS (
  INSERT INTO oms_order_line (tenant_id, id, order_id, line_number, item_id, owner_id, ordered, backordered, unit_price)
  SELECT t.tenant_id, u.id, u.order_id, u.line_number, u.item_id, u.owner_id, u.quantity, u.quantity, u.price
  FROM people_tenant t, line u JOIN placed p ON p.id = u.order_id
  WHERE t.tenant_id = %(tenant)s
), charges AS (
  INSERT INTO oms_charge (tenant_id, id, order_id, kind, description, amount)
  SELECT t.tenant_id, u.id, u.order_id, u.kind, u.description, u.amount
  FROM people_tenant t,
       unnest(%(charge_ids)s::bigint[], %(charge_orders)s::bigint[], %(charge_kinds)s::text[], %(descriptions)s::text[],
              %(amounts)s::numeric[]) AS u (id, order_id, kind, description, amount)
       JOIN placed p ON p.id = u.order_id
  WHERE t.tenant_id = %(tenant)s
), holds AS (
  INSERT INTO oms_hold (tenant_id, id, order_id, kind, reason, placed_by, placed_at)
  SELECT t.tenant_id, u.id, u.order_id, u.kind, u.reason, %(actor)s, %(at)s
  FROM people_tenant t,
       unnest(%(hold_ids)s::bigint[], %(hold_orders)s::bigint[], %(hold_kinds)s::text[], %(hold_reasons)s::text[])
         AS u (id, order_id, kind, reason)
       JOIN placed p ON p.id = u.order_id
  WHERE t.tenant_id = %(tenant)s
), settled AS (
  UPDATE oms_invalid_order i SET state = 'replayed', settled_by = %(actor)s, settled_at = %(at)s, order_id = u.id
  FROM submitted u JOIN placed p ON p.id = u.id
  WHERE i.tenant_id = %(tenant)s AND i.state = 'open' AND i.source = u.channel AND i.channel_order_id = u.channel_order_id
)
SELECT id FROM placed
