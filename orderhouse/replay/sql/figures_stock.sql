-- Units inside each node now, by state.  Parameters: tenant.  Locks: none.
SELECT n.code AS node, a.state, sum(a.balance)::bigint AS units
FROM ledger_account a JOIN catalog_node n ON n.tenant_id = a.tenant_id AND n.id = a.node_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND NOT a.outside AND a.balance > 0
GROUP BY 1, 2
ORDER BY 1, 2
