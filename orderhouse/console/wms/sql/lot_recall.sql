-- Where units of a lot went: every parcel with some, and whose order it was.  Parameters: tenant, lot.  Locks: none.
SELECT o.id AS outbound_id, o.order_number, o.release_number, n.code AS node, coalesce(o.ship_to ->> 'name', '') AS customer,
  coalesce(o.ship_to ->> 'country', '') AS country, p.sscc::text AS sscc, p.carrier, p.tracking, p.state, sum(c.quantity)::int AS units, p.shipped_at
FROM wms_parcel_line c
JOIN wms_parcel p ON p.tenant_id = c.tenant_id AND p.id = c.parcel_id AND p.state <> 'voided'
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
WHERE c.tenant_id = %(tenant)s AND c.lot_id = %(lot)s AND c.lot_id <> 0 AND c.quantity > 0
GROUP BY o.id, o.order_number, o.release_number, n.code, o.ship_to, p.id, p.sscc, p.carrier, p.tracking, p.state, p.shipped_at
ORDER BY p.shipped_at DESC NULLS FIRST, p.id DESC
