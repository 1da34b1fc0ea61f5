-- Orders, lines and units as the promise book has them.  Parameters: tenant.  Locks: none.
WITH line AS (
  SELECT order_id, count(*) AS lines, count(*) FILTER (WHERE shipped = ordered) AS lines_whole, sum(ordered) AS ordered,
         sum(cancelled) AS cancelled, sum(backordered) AS backordered, sum(reserved) AS reserved, sum(released) AS released,
         sum(shipped) AS shipped, sum(returned) AS returned
  FROM oms_order_line WHERE tenant_id = %(tenant)s GROUP BY order_id
), release AS (
  SELECT order_id, count(*) AS releases, count(DISTINCT node_id) AS nodes FROM oms_release WHERE tenant_id = %(tenant)s GROUP BY order_id
)
SELECT count(*) AS orders,
       count(*) FILTER (WHERE l.shipped = l.ordered) AS orders_shipped_whole,
       count(*) FILTER (WHERE l.shipped + l.cancelled = l.ordered AND l.shipped > 0) AS orders_finished,
       count(*) FILTER (WHERE l.cancelled = l.ordered) AS orders_cancelled,
       count(*) FILTER (WHERE l.backordered > 0) AS orders_waiting_now,
       count(*) FILTER (WHERE r.nodes > 1) AS orders_split,
       coalesce(sum(r.releases), 0)::bigint AS releases,
       coalesce(sum(l.lines), 0)::bigint AS lines,
       coalesce(sum(l.lines_whole), 0)::bigint AS lines_shipped_whole,
       coalesce(sum(l.ordered), 0)::bigint AS units_ordered,
       coalesce(sum(l.cancelled), 0)::bigint AS units_cancelled,
       coalesce(sum(l.backordered), 0)::bigint AS units_waiting_now,
       coalesce(sum(l.reserved + l.released), 0)::bigint AS units_in_process_now,
       coalesce(sum(l.shipped), 0)::bigint AS units_shipped,
       coalesce(sum(l.returned), 0)::bigint AS units_returned,
       (SELECT count(*) FROM oms_charge WHERE tenant_id = %(tenant)s) AS charges,
       (SELECT count(*) FROM oms_parcel WHERE tenant_id = %(tenant)s) AS parcels,
       (SELECT count(*) FROM contract_outbox WHERE tenant_id = %(tenant)s AND type = 'ShipmentAdvised') AS shipments_told_to_channels
FROM oms_order o
JOIN line l ON l.order_id = o.id
LEFT JOIN release r ON r.order_id = o.id
WHERE o.tenant_id = %(tenant)s
