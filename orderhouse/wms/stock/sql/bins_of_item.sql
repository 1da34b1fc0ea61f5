-- Where an item lies in a node, place by place and lot by lot.  Parameters: tenant, node, item.  Locks: none.
SELECT a.place_id, coalesce(p.code, h.code) AS code, coalesce(p.kind, h.kind) AS kind, coalesce(z.code, '') AS zone,
  a.lot_id, coalesce(l.lot_number, '') AS lot_number, coalesce(l.serial_number, '') AS serial_number, l.expires_on,
  coalesce(l.held, false) AS held,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'good'), 0)::bigint AS good,
  coalesce(sum(a.balance) FILTER (WHERE a.state = 'allocated'), 0)::bigint AS allocated,
  coalesce(sum(a.balance) FILTER (WHERE a.state NOT IN ('good', 'allocated')), 0)::bigint AS other
FROM ledger_account a
LEFT JOIN wms_location p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
LEFT JOIN wms_zone z ON z.tenant_id = p.tenant_id AND z.id = p.zone_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = a.tenant_id AND h.id = a.place_id
LEFT JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = %(item)s
  AND NOT a.outside AND a.balance > 0
GROUP BY a.place_id, p.code, h.code, p.kind, h.kind, z.code, p.pick_order, a.lot_id, l.lot_number, l.serial_number, l.expires_on, l.held
ORDER BY p.pick_order NULLS LAST, code, l.expires_on, l.lot_number, l.serial_number
