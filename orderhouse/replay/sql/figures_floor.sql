-- Work on the floor of each node.  Parameters: tenant.  Locks: none.
SELECT n.code AS node, w.waves, w.orders AS orders_waved, w.meters, w.meters_order_by_order, t.tours, p.picks, p.picked AS units_picked,
       p.short AS short_picks, r.receipts, r.lines AS receipt_lines, c.parcels AS parcels_shipped, x.open AS exceptions_open
FROM catalog_node n
CROSS JOIN LATERAL (SELECT count(*) AS waves, coalesce(sum(orders), 0)::bigint AS orders, round(coalesce(sum(meters), 0)::numeric, 1)::float8 AS meters,
    round(coalesce(sum(meters_order_by_order), 0)::numeric, 1)::float8 AS meters_order_by_order
  FROM wms_wave WHERE tenant_id = n.tenant_id AND node_id = n.id) w
CROSS JOIN LATERAL (SELECT count(*) AS tours FROM wms_tour WHERE tenant_id = n.tenant_id AND node_id = n.id) t
CROSS JOIN LATERAL (SELECT count(*) AS picks, coalesce(sum(k.picked), 0)::bigint AS picked, count(*) FILTER (WHERE k.state = 'short') AS short
  FROM wms_pick_task k JOIN wms_tour u ON u.tenant_id = k.tenant_id AND u.id = k.tour_id
  WHERE k.tenant_id = n.tenant_id AND u.node_id = n.id) p
CROSS JOIN LATERAL (SELECT count(DISTINCT q.id) AS receipts, count(l.id) AS lines
  FROM wms_receipt q LEFT JOIN wms_receipt_line l ON l.tenant_id = q.tenant_id AND l.receipt_id = q.id
  WHERE q.tenant_id = n.tenant_id AND q.node_id = n.id AND q.kind = 'asn' AND q.state = 'closed') r
CROSS JOIN LATERAL (SELECT count(*) AS parcels FROM wms_parcel WHERE tenant_id = n.tenant_id AND node_id = n.id AND state = 'shipped') c
CROSS JOIN LATERAL (SELECT count(*) AS open FROM wms_exception
  WHERE tenant_id = n.tenant_id AND node_id = n.id AND settled_at IS NULL) x
WHERE n.tenant_id = %(tenant)s
ORDER BY n.code
