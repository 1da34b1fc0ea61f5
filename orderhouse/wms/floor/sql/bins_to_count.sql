-- Bins by their codes, and the items the book has in them.  Parameters: tenant, node, bins (codes).  Locks: none.
SELECT l.code, l.id, coalesce(array_agg(DISTINCT a.item_id) FILTER (WHERE a.item_id IS NOT NULL), '{}') AS items
FROM wms_location l
LEFT JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.place_id = l.id AND a.place_id <> 0 AND a.balance > 0
  AND a.state IN ('good', 'allocated')
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.code = ANY (%(bins)s::text[]) AND l.kind = 'bin'
GROUP BY l.code, l.id
