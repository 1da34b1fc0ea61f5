-- The accounts of a slice of items whose balance is not the recount of all their movements.
-- Parameters: tenant, items (ids), limit. Locks: none.
WITH legs AS MATERIALIZED (
  SELECT account_id, sum(delta) AS recount FROM (
    SELECT to_account_id AS account_id, quantity AS delta FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND item_id = ANY (%(items)s::bigint[])
    UNION ALL SELECT from_account_id, -quantity FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND item_id = ANY (%(items)s::bigint[])) legs
  GROUP BY account_id
)
SELECT a.id FROM ledger_account a LEFT JOIN legs l ON l.account_id = a.id
WHERE a.tenant_id = %(tenant)s AND a.item_id = ANY (%(items)s::bigint[]) AND a.balance <> coalesce(l.recount, 0)
LIMIT %(limit)s
