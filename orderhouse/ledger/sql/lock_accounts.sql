-- Lock accounts before others are opened.  Parameters: tenant, ids.  Locks: the accounts, in id order.
SELECT a.id FROM ledger_account a
WHERE a.tenant_id = %(tenant)s AND a.id = ANY (%(ids)s::bigint[])
ORDER BY a.id FOR UPDATE
