-- What lies free or allocated at places, and what open tasks will take from there.  Parameters: tenant, node, places, items (NULL
-- for all).  Locks: none: a balance never falls below zero, whatever happens meanwhile.
WITH standing AS (
  SELECT place_id, item_id, owner_id, lot_id, sum(balance) FILTER (WHERE state = 'good') AS good,
         sum(balance) FILTER (WHERE state = 'allocated') AS allocated
  FROM ledger_account
  WHERE tenant_id = %(tenant)s AND book = 'physical' AND node_id = %(node)s AND place_id = ANY (%(places)s::bigint[])
    AND place_id <> 0 AND (%(items)s::bigint[] IS NULL OR item_id = ANY (%(items)s::bigint[]))
    AND state IN ('good', 'allocated') AND balance > 0
  GROUP BY place_id, item_id, owner_id, lot_id
), wanted AS (
  SELECT source_place_id, item_id, owner_id, lot_id, sum(quantity - done) AS units FROM wms_putaway_task
  WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND state = 'ready' AND outbound_line_id IS NULL
    AND source_place_id = ANY (%(places)s::bigint[])
  GROUP BY source_place_id, item_id, owner_id, lot_id
)
SELECT s.place_id, s.item_id, s.owner_id, s.lot_id, coalesce(s.good, 0)::bigint, coalesce(s.allocated, 0)::bigint,
       coalesce(w.units, 0)::bigint
FROM standing s
LEFT JOIN wanted w ON w.source_place_id = s.place_id AND w.item_id = s.item_id AND w.owner_id = s.owner_id AND w.lot_id = s.lot_id
