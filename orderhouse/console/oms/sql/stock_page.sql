-- A page of items with the figures of both books, and how many items every tab has.  The promise book is read as a whole by its
-- own part of the accounts' key: the counts need all of it.
-- Parameters: tenant, node (code, NULL for all active), like (part of SKU or name, escaped), barcodes, until (last day of what counts
-- as expiring), few, after_key and after_id (the last row seen, NULL for none), limit; {tab}, {key}, {type} of fixed texts.  Locks: none.
WITH place AS MATERIALIZED (
  SELECT id FROM catalog_node WHERE tenant_id = %(tenant)s AND CASE WHEN %(node)s::text IS NULL THEN active ELSE code = %(node)s END
), book AS (
  SELECT a.item_id,
    sum(a.balance) AS on_hand,
    sum(a.balance) FILTER (WHERE a.state = 'available') AS available,
    sum(a.balance) FILTER (WHERE a.state = 'reserved') AS reserved,
    sum(a.balance) FILTER (WHERE a.state = 'released') AS released,
    sum(a.balance) FILTER (WHERE a.state = 'safety') AS safety,
    -sum(a.balance) FILTER (WHERE a.state = 'shortage') AS owed
  FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state IN ('available', 'reserved', 'released', 'safety', 'shortage')
    AND a.balance <> 0 AND a.node_id IN (SELECT id FROM place)
  GROUP BY a.item_id
), target AS (
  SELECT item_id, sum(quantity) AS units FROM oms_safety_stock
  WHERE tenant_id = %(tenant)s AND node_id IN (SELECT id FROM place) GROUP BY item_id
), wanted AS (
  SELECT item_id, sum(backordered) AS units FROM oms_order_line WHERE tenant_id = %(tenant)s AND backordered > 0 GROUP BY item_id
), announced AS (
  SELECT item_id, sum(quantity) AS units, min(due_at) AS due_at FROM oms_incoming
  WHERE tenant_id = %(tenant)s AND settled_at IS NULL AND node_id IN (SELECT id FROM place) GROUP BY item_id
), apart AS (
  SELECT item_id, sum(balance) AS units FROM ledger_account
  WHERE tenant_id = %(tenant)s AND book = 'physical' AND state IN ('damaged', 'quarantine', 'hold', 'returned_ungraded', 'expired')
    AND balance > 0 AND node_id IN (SELECT id FROM place) GROUP BY item_id
), old AS (
  SELECT l.item_id, min(l.expires_on) AS expires_on, sum(a.units) AS units
  FROM ledger_lot l
  JOIN LATERAL (
    SELECT sum(x.balance) AS units FROM place
    JOIN ledger_account x ON x.tenant_id = l.tenant_id AND x.book = 'physical' AND x.node_id = place.id AND x.item_id = l.item_id
      AND x.state IN ('good', 'allocated', 'picked', 'packed') AND x.lot_id = l.id AND x.balance > 0
  ) a ON a.units > 0
  WHERE l.tenant_id = %(tenant)s AND l.expires_on <= %(until)s
  GROUP BY l.item_id
), item AS MATERIALIZED (
  SELECT i.id AS item_id, i.sku, i.name, coalesce(b.on_hand, 0)::bigint AS on_hand, coalesce(b.reserved, 0)::bigint AS reserved,
    coalesce(b.released, 0)::bigint AS released, coalesce(b.safety, 0)::bigint AS safety, coalesce(t.units, 0)::bigint AS safety_target,
    coalesce(b.owed, 0)::bigint AS owed, coalesce(b.available, 0)::bigint AS available, coalesce(w.units, 0)::bigint AS waiting,
    coalesce(c.units, 0)::bigint AS incoming, c.due_at, coalesce(p.units, 0)::bigint AS aside, coalesce(o.units, 0)::bigint AS expiring,
    o.expires_on,
    coalesce(b.available, 0) > 0 AND (coalesce(b.available, 0) <= %(few)s OR coalesce(b.safety, 0) < coalesce(t.units, 0)) AS low
  FROM catalog_item i
  LEFT JOIN book b ON b.item_id = i.id
  LEFT JOIN target t ON t.item_id = i.id
  LEFT JOIN wanted w ON w.item_id = i.id
  LEFT JOIN announced c ON c.item_id = i.id
  LEFT JOIN apart p ON p.item_id = i.id
  LEFT JOIN old o ON o.item_id = i.id
  WHERE i.tenant_id = %(tenant)s AND i.active
    AND (%(like)s = '' OR i.sku ILIKE '%%' || %(like)s || '%%' OR i.name ILIKE '%%' || %(like)s || '%%'
      OR i.id IN (SELECT item_id FROM catalog_barcode WHERE tenant_id = %(tenant)s AND text = ANY (%(barcodes)s::text[])))
), tally AS (
  SELECT count(*) AS every, count(*) FILTER (WHERE available <= 0) AS out, count(*) FILTER (WHERE low) AS low,
    count(*) FILTER (WHERE owed + waiting > 0) AS short, count(*) FILTER (WHERE expiring > 0) AS expiring,
    count(*) FILTER (WHERE aside > 0) AS aside
  FROM item
)
SELECT tally.*, shown.key, shown.item_id, shown.sku, shown.name, shown.on_hand, shown.reserved, shown.released, shown.safety,
  shown.safety_target, shown.owed, shown.available, shown.waiting, shown.incoming, shown.due_at, shown.aside, shown.expiring,
  shown.expires_on, shown.low
FROM tally
LEFT JOIN LATERAL (
  SELECT {key} AS key, item.* FROM item
  WHERE {tab} AND (%(after_id)s::bigint IS NULL OR ({key}, item_id) > (%(after_key)s::{type}, %(after_id)s::bigint))
  ORDER BY {key}, item_id LIMIT %(limit)s
) shown ON true
ORDER BY shown.key, shown.item_id
