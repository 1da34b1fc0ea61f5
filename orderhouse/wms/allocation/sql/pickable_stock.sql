-- Free good stock of items where it lies at a node.  Parameters: tenant, node, items, leaving (places).
-- Locks, in id order: the free account and its allocated twin of every place, so that two allocations never see the same unit free, and
-- one that puts units back (a recall) waits rather than deadlocks; and what a shortage at the places of leaving will post to (there,
-- and what the node lost), which is no less locked in the same go.
-- Nothing is joined that the planner could join badly where statistics are missing, as in a business of today: the stock is read once
-- and counted over, and what belongs to it is looked up row by row (OFFSET 0) or by its ids.
WITH stock AS (
  SELECT id, bool_or(state = 'good' AND balance > 0) OVER (PARTITION BY item_id, place_id, lot_id, owner_id) AS in_stock
  FROM ledger_account
  WHERE tenant_id = %(tenant)s AND book = 'physical' AND node_id = %(node)s AND item_id = ANY (%(items)s::bigint[])
    AND state IN ('good', 'allocated')
), account AS MATERIALIZED (
  SELECT id FROM stock WHERE in_stock
  UNION
  SELECT a.id FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = ANY (%(items)s::bigint[])
    AND cardinality(%(leaving)s::bigint[]) > 0
    AND (a.place_id = ANY (%(leaving)s::bigint[]) AND a.state IN ('allocated', 'damaged') OR a.place_id = 0 AND a.state = 'lost')
), locked AS MATERIALIZED (
  SELECT a.id, a.state, a.place_id, a.item_id, a.owner_id, a.lot_id, a.single, a.balance
  FROM ledger_account a WHERE a.tenant_id = %(tenant)s AND a.id = ANY (ARRAY(SELECT id FROM account))
  ORDER BY a.id FOR UPDATE OF a
)
SELECT k.place_id, k.item_id, k.owner_id, k.lot_id, k.single, k.balance AS free, l.kind = 'bin' AND l.active AS in_bin, l.zone_id,
       s.expires_on, coalesce(s.held, false) AS held, s.first_received_at, k.id AS opened, l.aisle, l.y, 0.0::float8 AS far
FROM locked k
CROSS JOIN LATERAL (SELECT * FROM wms_location l WHERE l.tenant_id = %(tenant)s AND l.id = k.place_id OFFSET 0) l
LEFT JOIN LATERAL (SELECT * FROM ledger_lot s WHERE s.tenant_id = %(tenant)s AND s.id = k.lot_id OFFSET 0) s ON true
WHERE k.state = 'good' AND k.balance > 0
