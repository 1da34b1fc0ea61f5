-- Every account of the promise book of these items, at every node.  Parameters: tenant, items.  Locks: the accounts, in id order.
SELECT a.id FROM ledger_account a
WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.item_id = ANY (%(items)s::bigint[])
ORDER BY a.id
FOR UPDATE
