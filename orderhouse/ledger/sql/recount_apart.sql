-- Accounts whose balance is not what was counted up to the mark and what moved since.
-- Parameters: tenant, upto, limit. Locks: none; one snapshot with the mark.
WITH tail AS MATERIALIZED (
  SELECT account_id, sum(delta) AS delta FROM (
    SELECT to_account_id AS account_id, quantity AS delta FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND id > %(upto)s
    UNION ALL SELECT from_account_id, -quantity FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND id > %(upto)s) legs
  GROUP BY account_id
)
SELECT a.id FROM ledger_account a
LEFT JOIN ledger_proven p ON p.tenant_id = %(tenant)s AND p.account_id = a.id
LEFT JOIN tail t ON t.account_id = a.id
WHERE a.tenant_id = %(tenant)s AND a.balance <> coalesce(p.balance, 0) + coalesce(t.delta, 0)
LIMIT %(limit)s
