-- Orders with waiting units of an item that some node has free, the most urgent first.
-- Parameters: tenant; items (NULL for every item), limit.  Locks: none.
SELECT o.id
FROM (
  SELECT DISTINCT l.order_id
  FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.backordered > 0
    AND (%(items)s::bigint[] IS NULL OR l.item_id = ANY (%(items)s::bigint[]))
    AND EXISTS (
      SELECT FROM ledger_account a
      WHERE a.tenant_id = l.tenant_id AND a.book = 'promise' AND a.state = 'available' AND a.balance > 0
        AND a.item_id = l.item_id AND a.owner_id = l.owner_id
        AND NOT EXISTS (SELECT FROM oms_node_refusal f
          WHERE f.tenant_id = l.tenant_id AND f.order_line_id = l.id AND f.node_id = a.node_id))
) waiting
JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = waiting.order_id
ORDER BY o.priority, o.received_at, o.id
LIMIT %(limit)s
