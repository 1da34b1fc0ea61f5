-- Few accounts recounted over their whole history, and up to the mark, sought among their items' movements.
-- Parameters: tenant, accounts (ids), upto. Locks: none.
SELECT a.id AS account_id, a.balance, coalesce(m.recount, 0)::bigint AS recount, coalesce(m.recount_upto, 0)::bigint AS recount_upto
FROM ledger_account a
LEFT JOIN LATERAL (
  SELECT sum(CASE WHEN m.to_account_id = a.id THEN m.quantity ELSE -m.quantity END) AS recount,
    sum(CASE WHEN m.to_account_id = a.id THEN m.quantity ELSE -m.quantity END) FILTER (WHERE m.id <= %(upto)s) AS recount_upto
  FROM ledger_movement m
  WHERE m.tenant_id = %(tenant)s AND m.item_id = a.item_id AND (m.to_account_id = a.id OR m.from_account_id = a.id)) m ON true
WHERE a.tenant_id = %(tenant)s AND a.id = ANY (%(accounts)s::bigint[])
ORDER BY a.id
