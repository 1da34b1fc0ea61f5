-- Orders with waiting units of an item that some node has free and did not refuse; these orders besides; and, asked for every item,
-- orders of channels that do not wait. The most urgent first, from the one after (priority, received, id) on.
-- Where nothing of the items is free, which is so most of the time, no line is looked at.
-- Parameters: tenant; items (NULL for every item); orders; priority, received, id; limit.  Locks: none.
WITH wanted AS MATERIALIZED (
  SELECT DISTINCT l.item_id FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 AND (%(items)s::bigint[] IS NULL OR l.item_id = ANY (%(items)s::bigint[]))
), free AS MATERIALIZED (
  SELECT a.node_id, a.item_id, a.owner_id
  FROM wanted w
  JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.active
  JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.node_id = n.id AND a.item_id = w.item_id
    AND a.state = 'available' AND a.place_id = 0 AND a.lot_id = 0
  WHERE a.balance > 0
), waiting AS (
  SELECT l.order_id
  FROM free f
  JOIN oms_order_line l ON l.tenant_id = %(tenant)s AND l.item_id = f.item_id AND l.owner_id = f.owner_id AND l.backordered > 0
  WHERE NOT EXISTS (SELECT FROM oms_node_refusal r WHERE r.tenant_id = %(tenant)s AND r.order_line_id = l.id AND r.node_id = f.node_id)
  UNION
  SELECT l.order_id FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 AND l.order_id = ANY (%(orders)s::bigint[])
  UNION
  SELECT l.order_id
  FROM oms_order_line l
  JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = l.order_id
  JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.id = o.channel_id AND c.when_short = 'cancel'
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0 AND %(items)s::bigint[] IS NULL
)
SELECT o.priority, o.received_at, o.id
FROM waiting w JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = w.order_id
WHERE (o.priority, o.received_at, o.id) > (%(priority)s::smallint, %(received)s::timestamptz, %(id)s::bigint)
ORDER BY o.priority, o.received_at, o.id
LIMIT %(limit)s
