-- All that capturing fresh orders must know, in one row of arrays: a mark of the rules as they stand (a change of any channel, node
-- or tariff gives another), which submissions are more than fresh (the order exists, was taken back before it came, or lies invalid
-- to be mended), the items, what every open node has free of them, and the customers.
-- Parameters: tenant; channels, ids (one entry a submission); sellers, skus (pairs of channel and SKU); customers.  Locks: none: what is
-- decided on this is held against the accounts as they stand when it is posted.
WITH channel AS MATERIALIZED (
  SELECT c.id, c.code, c.owner_id FROM oms_channel c WHERE c.tenant_id = %(tenant)s
), submitted AS MATERIALIZED (
  SELECT u.n, u.channel, c.id AS channel_id, u.channel_order_id
  FROM unnest(%(channels)s::text[], %(ids)s::text[]) WITH ORDINALITY AS u (channel, channel_order_id, n) JOIN channel c ON c.code = u.channel
), item AS MATERIALIZED (
  SELECT i.id, i.owner_id, i.sku, i.active, i.weight_grams, i.hazmat
  FROM unnest(%(sellers)s::text[], %(skus)s::text[]) AS u (channel, sku)
  JOIN channel c ON c.code = u.channel
  JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.owner_id = c.owner_id AND i.sku = u.sku
)
SELECT
  (SELECT string_agg(mark, ' ' ORDER BY mark) FROM (
     SELECT 'c' || xmin || ctid AS mark FROM oms_channel WHERE tenant_id = %(tenant)s
     UNION ALL SELECT 'n' || xmin || ctid FROM catalog_node WHERE tenant_id = %(tenant)s
     UNION ALL SELECT 't' || xmin || ctid FROM oms_tariff WHERE tenant_id = %(tenant)s) marks),
  (SELECT array_agg(n) FROM (
     SELECT s.n FROM submitted s
       JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.channel_id = s.channel_id AND o.channel_order_id = s.channel_order_id
     UNION ALL SELECT s.n FROM submitted s
       JOIN oms_early_cancel e ON e.tenant_id = %(tenant)s AND e.channel = s.channel AND e.channel_order_id = s.channel_order_id
     UNION ALL SELECT s.n FROM submitted s
       JOIN oms_invalid_order v ON v.tenant_id = %(tenant)s AND v.state = 'open' AND v.source = s.channel AND v.channel_order_id = s.channel_order_id
  ) known),
  items.*, free.*, customers.*
FROM
  (SELECT array_agg(id), array_agg(owner_id), array_agg(sku), array_agg(active), array_agg(weight_grams), array_agg(hazmat) FROM item) items,
  (SELECT array_agg(a.node_id), array_agg(a.item_id), array_agg(a.owner_id), array_agg(a.balance)
   FROM catalog_node n CROSS JOIN item i
   JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.node_id = n.id AND a.item_id = i.id
     AND a.state = 'available' AND a.place_id = 0 AND a.lot_id = 0 AND a.owner_id = i.owner_id
   WHERE n.tenant_id = %(tenant)s AND n.active AND a.balance > 0) free,
  (SELECT array_agg(id), array_agg(reference), array_agg(name), array_agg(email), array_agg(phone)
   FROM oms_customer WHERE tenant_id = %(tenant)s AND reference = ANY (%(customers)s::text[])) customers
