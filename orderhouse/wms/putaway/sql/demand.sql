-- How often each item has left this node for a customer.  Parameters: tenant, node, items.  Locks: none.
SELECT a.item_id, sum(a.version)::float8 FROM ledger_account a
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = ANY (%(items)s::bigint[])
  AND a.state = 'customer'
GROUP BY a.item_id
