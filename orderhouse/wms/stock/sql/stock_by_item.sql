-- A node's stock by item and state.  Parameters: tenant, node, items (NULL for all), after (SKU), limit.  Locks: none.
WITH page AS (
  SELECT i.id, i.sku, i.name, i.owner_id FROM catalog_item i
  WHERE i.tenant_id = %(tenant)s AND (%(items)s::bigint[] IS NULL OR i.id = ANY (%(items)s::bigint[])) AND i.sku > %(after)s
    AND EXISTS (SELECT FROM wms_node_stock s
      WHERE s.tenant_id = %(tenant)s AND s.node_id = %(node)s AND s.item_id = i.id AND s.owner_id = i.owner_id
      UNION ALL SELECT FROM ledger_account a
      WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = i.id AND NOT a.outside)
  ORDER BY i.sku, i.id LIMIT %(limit)s
)
SELECT p.id AS item_id, p.owner_id, p.sku, p.name,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'good'), 0)::bigint AS good,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'allocated'), 0)::bigint AS allocated,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'picked'), 0)::bigint AS picked,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'packed'), 0)::bigint AS packed,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'damaged'), 0)::bigint AS damaged,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'quarantine'), 0)::bigint AS quarantine,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'hold'), 0)::bigint AS hold,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'returned_ungraded'), 0)::bigint AS returned_ungraded,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'expired'), 0)::bigint AS expired
FROM page p
LEFT JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = p.id
  AND a.owner_id = p.owner_id AND NOT a.outside AND a.balance > 0
GROUP BY p.id, p.owner_id, p.sku, p.name
ORDER BY p.sku, p.id
