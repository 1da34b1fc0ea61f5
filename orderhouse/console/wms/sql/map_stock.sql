-- What lies in each place of a node: units in any condition, items, the oldest arrival, the nearest expiry.
-- Parameters: tenant, node.  Locks: none.  Ages: of a lot when it was first received; of other stock when goods were last put away
-- in the place (NULL: never by a task).  Place by place, for most accounts of a year are empty and belong to totes and parcels.
SELECT l.id AS place_id, u.units, u.items, least(u.lot_since, CASE WHEN u.loose THEN s.at END) AS since, u.expires_on
FROM wms_location l
CROSS JOIN LATERAL (
  SELECT sum(a.balance)::bigint AS units, count(DISTINCT a.item_id) AS items, min(s.first_received_at) AS lot_since,
         bool_or(a.lot_id = 0) AS loose, min(s.expires_on) AS expires_on
  FROM ledger_account a
  LEFT JOIN ledger_lot s ON s.tenant_id = a.tenant_id AND s.id = a.lot_id
  WHERE a.tenant_id = l.tenant_id AND a.place_id = l.id AND a.place_id <> 0 AND a.balance > 0) u
LEFT JOIN (
  SELECT t.location_id, max(t.done_at) AS at FROM wms_putaway_task t
  WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'done' GROUP BY t.location_id) s ON s.location_id = l.id
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.active AND u.units > 0
