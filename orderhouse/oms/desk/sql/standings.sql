-- Orders as an action on many sees them: units by state, holds, where they stand, what their sourcing costs.
-- The cost adds up the decisions since the order was last sourced again.  Parameters: tenant, orders.  Locks: none.
SELECT o.id, o.number, o.state, o.currency, c.ships_partially, o.promised_at::text AS promised_at, o.ship_by::text AS ship_by,
  l.cancelled, l.backordered, l.reserved, l.released, l.shipped, l.cancel_wanted, l.cancelled_value::text AS cancelled_value,
  coalesce(h.kinds, '{}') AS holds, coalesce(p.codes, '{}') AS reserved_at, coalesce(r.codes, '{}') AS released_to,
  coalesce(r.begun, 0) AS begun, coalesce(r.not_begun, 0) AS not_begun, d.cost
FROM oms_order o
JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
CROSS JOIN LATERAL (
  SELECT sum(l.cancelled)::int AS cancelled, sum(l.backordered)::int AS backordered, sum(l.reserved)::int AS reserved,
    sum(l.released)::int AS released, sum(l.shipped)::int AS shipped, sum(l.cancel_wanted)::int AS cancel_wanted,
    sum((l.cancelled + l.cancel_wanted) * l.unit_price) AS cancelled_value
  FROM oms_order_line l WHERE l.tenant_id = %(tenant)s AND l.order_id = o.id
) l
LEFT JOIN LATERAL (
  SELECT array_agg(h.kind ORDER BY h.kind) AS kinds FROM oms_hold h
  WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL
) h ON true
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT n.code ORDER BY n.code) AS codes FROM oms_reservation r
  JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
  WHERE r.tenant_id = %(tenant)s AND r.order_id = o.id AND r.quantity > 0
) p ON true
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT n.code ORDER BY n.code) AS codes,
    count(*) FILTER (WHERE r.state IN ('picking', 'picked', 'packed'))::int AS begun,
    count(*) FILTER (WHERE r.state IN ('sent', 'accepted', 'waved'))::int AS not_begun
  FROM oms_release r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
  WHERE r.tenant_id = %(tenant)s AND r.order_id = o.id AND r.state NOT IN ('rejected', 'shipped', 'shorted', 'cancelled')
) r ON true
LEFT JOIN LATERAL (
  SELECT sum((d.explanation ->> 'cost')::bigint)::bigint AS cost FROM oms_sourcing_decision d
  WHERE d.tenant_id = %(tenant)s AND d.order_id = o.id AND d.id > coalesce((
    SELECT max(e.id) FROM contract_event e
    WHERE e.tenant_id = %(tenant)s AND e.subject_kind = 'order' AND e.subject_id = o.id
      AND e.type IN ('order-sourced-again', 'order-moved')), 0)
) d ON true
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(orders)s::bigint[])
