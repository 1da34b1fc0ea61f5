-- Bins with free units of these items, the node with most of an item first, its fullest bin first.
-- Parameters: tenant, items.  Locks: none.
SELECT a.item_id, a.node_id, a.place_id AS location_id, l.code AS bin, a.balance AS good,
       coalesce((SELECT sum(b.balance) FROM ledger_account b
                 WHERE b.tenant_id = %(tenant)s AND b.book = 'physical' AND b.node_id = a.node_id AND b.item_id = a.item_id
                   AND b.state = 'allocated' AND b.place_id = a.place_id), 0)::bigint AS allocated
FROM wms_site s
JOIN ledger_account a ON a.tenant_id = s.tenant_id AND a.book = 'physical' AND a.node_id = s.node_id
  AND a.item_id = ANY (%(items)s::bigint[]) AND a.state = 'good' AND a.balance > 0
JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id AND l.kind = 'bin'
WHERE s.tenant_id = %(tenant)s
ORDER BY a.item_id, sum(a.balance) OVER (PARTITION BY a.item_id, a.node_id) DESC, a.node_id, a.balance DESC, a.place_id
