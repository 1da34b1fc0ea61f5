-- Things on the floor whose code begins with one of the texts, some of each kind.
-- of_id is the outbound a tote or parcel belongs to, or a lot's item. Parameters: tenant, low and high (ranges of codes), limit.  Locks: none.
WITH range AS (SELECT * FROM unnest(%(low)s::text[], %(high)s::text[]) AS r (low, high)),
place AS (SELECT s.node_id, n.code AS node, range.low, range.high FROM wms_site s
          JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.id = s.node_id CROSS JOIN range WHERE s.tenant_id = %(tenant)s)
(SELECT 'bin' AS kind, l.id, p.node, l.code, l.kind AS text, l.code AS exact_code, NULL::bigint AS of_id FROM place p
 JOIN LATERAL (SELECT x.id, x.code, x.kind FROM wms_location x WHERE x.tenant_id = %(tenant)s AND x.node_id = p.node_id
               AND x.code >= p.low AND x.code < p.high ORDER BY x.code LIMIT %(limit)s) l ON true
 ORDER BY l.code LIMIT %(limit)s)
UNION ALL
(SELECT 'handling unit', h.id, p.node, h.code, h.kind, h.code, h.outbound_id FROM place p
 JOIN LATERAL (SELECT x.id, x.code, x.kind, x.outbound_id FROM wms_handling_unit x WHERE x.tenant_id = %(tenant)s AND x.node_id = p.node_id
               AND x.code >= p.low AND x.code < p.high ORDER BY x.code LIMIT %(limit)s) h ON true
 ORDER BY h.code LIMIT %(limit)s)
UNION ALL
(SELECT 'wave', w.id, p.node, w.number, w.state, w.number, NULL FROM place p
 JOIN LATERAL (SELECT x.id, x.number, x.state FROM wms_wave x WHERE x.tenant_id = %(tenant)s AND x.node_id = p.node_id
               AND x.number >= p.low AND x.number < p.high ORDER BY x.number DESC LIMIT %(limit)s) w ON true
 ORDER BY w.number DESC LIMIT %(limit)s)
UNION ALL
(SELECT 'receipt', r.id, p.node, r.number, r.state, r.number, NULL FROM place p
 JOIN LATERAL (SELECT x.id, x.number, x.state FROM wms_receipt x WHERE x.tenant_id = %(tenant)s AND x.node_id = p.node_id
               AND x.number >= p.low AND x.number < p.high ORDER BY x.number LIMIT %(limit)s) r ON true
 ORDER BY r.number LIMIT %(limit)s)
UNION ALL
(SELECT 'release', o.id, p.node, o.release_number, o.state, o.release_number, o.id FROM place p
 JOIN LATERAL (SELECT x.id, x.release_number, x.state FROM wms_outbound x WHERE x.tenant_id = %(tenant)s AND x.node_id = p.node_id
               AND x.release_number >= p.low AND x.release_number < p.high ORDER BY x.release_number LIMIT %(limit)s) o ON true
 ORDER BY o.release_number LIMIT %(limit)s)
UNION ALL
(SELECT 'parcel', x.id, n.code, x.tracking, x.state, x.tracking, x.outbound_id FROM range
 JOIN LATERAL (SELECT y.id, y.node_id, y.tracking, y.state, y.outbound_id FROM wms_parcel y WHERE y.tenant_id = %(tenant)s AND y.tracking <> ''
               AND y.tracking >= range.low AND y.tracking < range.high ORDER BY y.tracking LIMIT %(limit)s) x ON true
 JOIN catalog_node n ON n.tenant_id = %(tenant)s AND n.id = x.node_id LIMIT %(limit)s)
UNION ALL
(SELECT 'lot', x.id, '', x.code, i.sku, x.code, x.item_id FROM (
   SELECT l.* FROM range JOIN LATERAL (SELECT y.id, y.item_id, y.lot_number AS code FROM ledger_lot y WHERE y.tenant_id = %(tenant)s
     AND y.lot_number <> '' AND y.lot_number >= range.low AND y.lot_number < range.high ORDER BY y.lot_number LIMIT %(limit)s) l ON true
   UNION ALL
   SELECT l.* FROM range JOIN LATERAL (SELECT y.id, y.item_id, y.serial_number FROM ledger_lot y WHERE y.tenant_id = %(tenant)s
     AND y.serial_number <> '' AND y.serial_number >= range.low AND y.serial_number < range.high ORDER BY y.serial_number LIMIT %(limit)s) l ON true
 ) x JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = x.item_id LIMIT %(limit)s)
