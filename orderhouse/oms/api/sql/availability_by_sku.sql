-- What is free of each SKU over all active nodes, with the channel's terms: the hot read, one statement for hundreds of SKUs.
-- Parameters: tenant, skus, channel (code or NULL), owner (code or NULL).  Locks: none.  A channel alone in its row has none of them.
WITH asked AS (
  SELECT h.id AS channel_id, h.owner_id, h.buffer, h.share_percent::int AS share_percent FROM oms_channel h
  WHERE h.tenant_id = %(tenant)s AND h.code = %(channel)s::text
), item AS MATERIALIZED (
  SELECT i.id, i.sku, i.owner_id FROM catalog_item i
  WHERE i.tenant_id = %(tenant)s AND i.sku = ANY (%(skus)s::text[])
    AND i.owner_id IN (SELECT o.id FROM catalog_owner o WHERE o.tenant_id = %(tenant)s
                       AND (%(owner)s::text IS NULL OR o.code = %(owner)s::text)
                       AND (%(channel)s::text IS NULL OR o.id = (SELECT owner_id FROM asked)))
), free AS (
  SELECT a.item_id, a.owner_id, sum(a.balance)::bigint AS units
  FROM catalog_node n
  CROSS JOIN item i
  JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.node_id = n.id AND a.item_id = i.id
    AND a.state = 'available' AND a.place_id = 0 AND a.lot_id = 0 AND a.owner_id = i.owner_id
  WHERE n.tenant_id = %(tenant)s AND n.active
  GROUP BY a.item_id, a.owner_id
)
SELECT asked.channel_id, i.sku, o.code, coalesce(f.units, 0), coalesce(asked.buffer, 0), coalesce(asked.share_percent, 100)
FROM (SELECT) one
LEFT JOIN asked ON true
LEFT JOIN item i ON true
LEFT JOIN catalog_owner o ON o.tenant_id = %(tenant)s AND o.id = i.owner_id
LEFT JOIN free f ON f.item_id = i.id AND f.owner_id = i.owner_id
ORDER BY i.sku, o.code
