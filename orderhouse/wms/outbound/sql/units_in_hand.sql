-- Picked units by outbound and place, less those on a put-back task.  Parameters: tenant, ids (of outbounds).
-- Locks: none (their outbounds are locked where it matters).
-- Accounts are looked up by item and place: a tote has an old, empty account for every item it ever carried.
WITH line AS (
  SELECT l.id, l.outbound_id, o.node_id, l.item_id, l.owner_id FROM wms_outbound_line l
  JOIN wms_outbound o ON o.tenant_id = l.tenant_id AND o.id = l.outbound_id
  WHERE l.tenant_id = %(tenant)s AND l.outbound_id = ANY (%(ids)s::bigint[])
), place AS (
  SELECT outbound_id, id FROM wms_handling_unit
  WHERE tenant_id = %(tenant)s AND outbound_id = ANY (%(ids)s::bigint[])
  UNION
  SELECT outbound_id, id FROM wms_parcel
  WHERE tenant_id = %(tenant)s AND outbound_id = ANY (%(ids)s::bigint[]) AND state IN ('open', 'voided')
), back AS (
  SELECT p.source_place_id AS place_id, p.item_id, p.owner_id, p.lot_id, sum(p.quantity - p.done) AS quantity
  FROM line l JOIN wms_putaway_task p ON p.tenant_id = %(tenant)s AND p.outbound_line_id = l.id
  WHERE p.state = 'ready' AND p.kind = 'putback'
  GROUP BY p.source_place_id, p.item_id, p.owner_id, p.lot_id
)
SELECT w.outbound_id, w.place_id, h.code AS place, a.item_id, a.owner_id, a.lot_id, a.single,
       (a.balance - coalesce(b.quantity, 0))::bigint AS quantity
FROM (SELECT DISTINCT l.outbound_id, l.node_id, l.item_id, l.owner_id, p.id AS place_id
      FROM line l JOIN place p ON p.outbound_id = l.outbound_id) w
JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = w.node_id AND a.item_id = w.item_id
 AND a.state = 'picked' AND a.place_id = w.place_id AND a.owner_id = w.owner_id
JOIN wms_handling_unit h ON h.tenant_id = a.tenant_id AND h.id = a.place_id
LEFT JOIN back b ON b.place_id = a.place_id AND b.item_id = a.item_id AND b.owner_id = a.owner_id AND b.lot_id = a.lot_id
WHERE a.balance > coalesce(b.quantity, 0)
ORDER BY w.outbound_id, w.place_id, a.item_id, a.lot_id
