-- Orders with a parcel whose tracking number or SSCC begins with one of the texts.
-- Parameters: tenant, low and high (ranges of codes), limit.  Locks: none.
SELECT f.by, o.id, o.number, f.code, o.ship_to ->> 'name' AS name FROM (
  SELECT 'tracking' AS by, p.shipment_id, p.tracking AS code FROM unnest(%(low)s::text[], %(high)s::text[]) AS range (low, high)
  JOIN LATERAL (SELECT x.shipment_id, x.tracking FROM oms_parcel x WHERE x.tenant_id = %(tenant)s AND x.tracking >= range.low
                AND x.tracking < range.high ORDER BY x.tracking LIMIT %(limit)s) p ON true
  UNION ALL
  SELECT 'sscc', p.shipment_id, p.sscc FROM unnest(%(low)s::text[], %(high)s::text[]) AS range (low, high)
  JOIN LATERAL (SELECT x.shipment_id, x.sscc FROM oms_parcel x WHERE x.tenant_id = %(tenant)s AND x.sscc >= range.low::bpchar
                AND x.sscc < range.high::bpchar ORDER BY x.sscc LIMIT %(limit)s) p ON range.low ~ '^[0-9]{4,18}$'
) f
JOIN oms_shipment s ON s.tenant_id = %(tenant)s AND s.id = f.shipment_id
JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = s.order_id
LIMIT %(limit)s
