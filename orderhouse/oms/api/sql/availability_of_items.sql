-- What is free of items over all active nodes, with the channel's terms, and who is meant by channel and owner: the hot read where the
-- items behind the SKUs are known already.
-- Parameters: tenant, channel (code or NULL), owner (code or NULL), owner_id and item_ids, his.  Locks: none.  One row always.
WITH asked AS MATERIALIZED (
  SELECT h.id, h.owner_id, h.buffer, h.share_percent::int AS share_percent FROM oms_channel h
  WHERE h.tenant_id = %(tenant)s::bigint AND h.code = %(channel)s::text
), whose AS MATERIALIZED (
  SELECT o.id, o.code FROM catalog_owner o
  WHERE o.tenant_id = %(tenant)s::bigint AND (%(owner)s::text IS NULL OR o.code = %(owner)s::text)
    AND (%(channel)s::text IS NULL OR o.id = (SELECT owner_id FROM asked))
), free AS MATERIALIZED (
  SELECT a.item_id, sum(a.balance)::bigint AS units FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s::bigint AND a.book = 'promise' AND a.item_id = ANY (%(item_ids)s::bigint[]) AND a.state = 'available'
    AND a.place_id = 0 AND a.lot_id = 0 AND a.owner_id = %(owner_id)s::bigint
    AND a.node_id NOT IN (SELECT n.id FROM catalog_node n WHERE n.tenant_id = %(tenant)s::bigint AND NOT n.active)
  GROUP BY a.item_id
)
SELECT (SELECT array_agg(id) FROM whose), (SELECT min(code) FROM whose), coalesce((SELECT buffer FROM asked), 0),
  coalesce((SELECT share_percent FROM asked), 100), (SELECT array_agg(item_id) FROM free), (SELECT array_agg(units) FROM free)
