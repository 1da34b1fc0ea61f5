-- Bays of the building, levels added up: where they stand and how many units lie there.  Parameters: tenant, node.  Locks: none.
SELECT l.kind, l.x, l.y, min(l.code) AS code, coalesce(sum(a.units), 0)::bigint AS units, coalesce(sum(l.capacity_units), 0)::bigint AS room
FROM wms_location l
LEFT JOIN LATERAL (
  SELECT sum(a.balance) AS units FROM ledger_account a
  WHERE a.tenant_id = l.tenant_id AND a.place_id = l.id AND a.place_id <> 0 AND a.balance > 0
) a ON true
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.active
GROUP BY l.kind, l.x, l.y
