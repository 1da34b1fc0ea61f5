-- Add the movements between the mark and upto to what was counted of each account.
-- Parameters: tenant, since, upto. Locks: the counted rows of the accounts touched; the caller holds the mark.
INSERT INTO ledger_proven AS p (tenant_id, account_id, balance)
SELECT t.tenant_id, legs.account_id, legs.delta
FROM people_tenant t, (
  SELECT account_id, sum(delta) AS delta FROM (
    SELECT to_account_id AS account_id, quantity AS delta FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND id > %(since)s AND id <= %(upto)s
    UNION ALL SELECT from_account_id, -quantity FROM ledger_movement
      WHERE tenant_id = %(tenant)s AND id > %(since)s AND id <= %(upto)s) both_legs
  GROUP BY account_id ORDER BY account_id) legs
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, account_id) DO UPDATE SET balance = p.balance + EXCLUDED.balance
