-- How a figure changed: units that came and went by span of so many seconds from since on; -1 is everything before.
-- Parameters: tenant, book, states, account, item, node, place, lot (as {mine} asks for), since, until, seconds.  Locks: none.
WITH mine AS MATERIALIZED (
  SELECT a.id, a.item_id FROM ledger_account a WHERE {mine}
), leg AS (
  SELECT m.at, m.quantity, m.to_account_id IN (SELECT id FROM mine) AS enters, m.from_account_id IN (SELECT id FROM mine) AS leaves
  FROM (SELECT DISTINCT item_id FROM mine) i
  CROSS JOIN LATERAL (  -- OFFSET 0 keeps the item's index: the planner cannot know how few items there are
    SELECT x.at, x.quantity, x.from_account_id, x.to_account_id FROM ledger_movement x
    WHERE x.tenant_id = %(tenant)s AND x.item_id = i.item_id AND x.at < %(until)s OFFSET 0
  ) m
)
SELECT CASE WHEN at < %(since)s THEN -1 ELSE floor(extract(epoch FROM at - %(since)s) / %(seconds)s)::int END AS nth,
  coalesce(sum(quantity) FILTER (WHERE enters), 0)::bigint AS came, coalesce(sum(quantity) FILTER (WHERE leaves), 0)::bigint AS went
FROM leg WHERE enters <> leaves GROUP BY nth ORDER BY nth
