-- In one snapshot: where lots stand free or on hold, and the open pick tasks on them.  Parameters: tenant, lots, state.
-- Locks: none; the outbounds of the tasks are locked before, and what moves after this snapshot is refused by the balances.
WITH lot AS (SELECT id, item_id FROM ledger_lot WHERE tenant_id = %(tenant)s AND id = ANY (%(lots)s::bigint[]))
SELECT a.node_id, a.place_id, a.item_id, a.lot_id, a.owner_id, a.state, a.single, a.balance AS quantity,
  0::bigint AS task_id, 0::bigint AS tour_id, 0::bigint AS outbound_id, 0::bigint AS outbound_line_id
FROM ledger_account a JOIN lot ON lot.id = a.lot_id AND lot.item_id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.state = %(state)s AND a.balance > 0
  AND a.node_id IN (SELECT id FROM catalog_node WHERE tenant_id = %(tenant)s)
UNION ALL
SELECT o.node_id, t.location_id, t.item_id, t.lot_id, t.owner_id, 'allocated', i.tracks_serials, t.quantity - t.picked,
  t.id, t.tour_id, t.outbound_id, t.outbound_line_id
FROM wms_pick_task t
JOIN lot ON lot.id = t.lot_id AND lot.item_id = t.item_id
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
WHERE t.tenant_id = %(tenant)s AND t.state IN ('ready', 'started')
