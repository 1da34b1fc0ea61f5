-- What is free of each SKU over all active nodes, with the channel's terms: the hot read, one statement for hundreds of SKUs.
-- Parameters: tenant, skus, channel (code or NULL), owner (code or NULL).  Locks: none.
-- One row at least: where the channel is known and none of the SKUs is, its columns of an item are NULL.
WITH asked AS MATERIALIZED (
  SELECT h.id, h.owner_id, h.buffer, h.share_percent::int AS share_percent FROM oms_channel h
  WHERE h.tenant_id = %(tenant)s::bigint AND h.code = %(channel)s::text
), whose AS MATERIALIZED (
  SELECT o.id, o.code FROM catalog_owner o
  WHERE o.tenant_id = %(tenant)s::bigint AND (%(owner)s::text IS NULL OR o.code = %(owner)s::text)
    AND (%(channel)s::text IS NULL OR o.id = (SELECT owner_id FROM asked))
), open AS MATERIALIZED (
  SELECT array_agg(n.id) AS nodes FROM catalog_node n WHERE n.tenant_id = %(tenant)s::bigint AND n.active
), item AS MATERIALIZED (
  SELECT i.id, i.owner_id, i.sku, w.code FROM whose w
  JOIN catalog_item i ON i.tenant_id = %(tenant)s::bigint AND i.owner_id = w.id AND i.sku = ANY (%(skus)s::text[])
)
SELECT (SELECT id FROM asked), (SELECT count(*) FROM whose), i.sku, i.owner_id, i.id, i.code, coalesce(f.units, 0),
  coalesce((SELECT buffer FROM asked), 0), coalesce((SELECT share_percent FROM asked), 100)
FROM (SELECT) one
LEFT JOIN item i ON true
LEFT JOIN LATERAL (
  SELECT sum(a.balance)::bigint AS units FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s::bigint AND a.book = 'promise' AND a.node_id = ANY ((SELECT nodes FROM open)::bigint[])
    AND a.item_id = i.id AND a.state = 'available' AND a.place_id = 0 AND a.lot_id = 0 AND a.owner_id = i.owner_id
) f ON true
