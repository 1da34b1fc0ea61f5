-- What every node has free of these items.  Parameters: tenant; items, nodes.  Locks: the accounts, in id order.
SELECT a.node_id, a.item_id, a.owner_id, a.balance
FROM ledger_account a
WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state = 'available' AND a.balance > 0
  AND a.item_id = ANY (%(items)s::bigint[]) AND a.node_id = ANY (%(nodes)s::bigint[])
ORDER BY a.id
FOR UPDATE OF a
