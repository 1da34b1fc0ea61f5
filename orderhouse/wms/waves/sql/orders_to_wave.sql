-- Outbounds of a node with units waiting: priority (0 first), then the moment they must leave, then the order they came in.
-- Parameters: tenant, node, limit (NULL for none), max_units (of all together; NULL for none), and filters, each NULL for any:
-- cutoff, carrier, service, priority (this one or more urgent), owner, item (an order with it), single (one line), only (ids).
-- Locks: none.
SELECT id FROM (
  SELECT o.id, o.priority, o.ship_by, sum(l.units) OVER (ORDER BY o.priority, o.ship_by, o.id) AS so_far
  FROM wms_outbound o
  CROSS JOIN LATERAL (
    SELECT sum(l.waiting) AS units, count(*) AS lines, bool_or(l.item_id = %(item)s::bigint) AS has_item,
           bool_and(l.owner_id = %(owner)s::bigint) AS of_owner
    FROM wms_outbound_line l WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id AND l.waiting > 0) l
  WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s AND o.state IN ('accepted', 'waved', 'picking', 'picked')
    AND NOT o.cancel_wanted AND l.units > 0
    AND (%(cutoff)s::timestamptz IS NULL OR o.ship_by <= %(cutoff)s::timestamptz)
    AND (%(carrier)s::text IS NULL OR o.carrier = %(carrier)s::text)
    AND (%(service)s::text IS NULL OR o.service = %(service)s::text)
    AND (%(priority)s::int IS NULL OR o.priority <= %(priority)s::int)
    AND (%(owner)s::bigint IS NULL OR l.of_owner)
    AND (%(item)s::bigint IS NULL OR l.has_item)
    AND (NOT %(single)s::bool OR l.lines = 1)
    AND (%(only)s::bigint[] IS NULL OR o.id = ANY (%(only)s::bigint[]))
) w
WHERE %(max_units)s::bigint IS NULL OR so_far <= %(max_units)s::bigint
ORDER BY priority, ship_by, id
LIMIT %(limit)s
