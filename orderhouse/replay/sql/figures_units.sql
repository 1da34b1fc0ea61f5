-- Units over the border of each node, in and out, by where they came from or went to.  Parameters: tenant.  Locks: none.
SELECT n.code AS node, CASE WHEN f.outside THEN 'in' ELSE 'out' END AS way,
       CASE WHEN f.outside THEN f.state ELSE t.state END AS reason, sum(m.quantity)::bigint AS units, count(*) AS movements
FROM ledger_movement m
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
WHERE m.tenant_id = %(tenant)s AND f.book = 'physical' AND f.outside <> t.outside
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
