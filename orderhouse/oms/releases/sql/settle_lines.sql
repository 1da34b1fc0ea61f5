-- Open units of release lines were shipped, shorted or cancelled: count them there and on the order lines.
-- Parameters: tenant; one array per column, one entry a release line. given_up: how many of the
-- shorted and cancelled units the order wanted cancelled; the others wait again.
-- Locks: rows already held by lock_release_lines.
WITH settled AS (
  SELECT * FROM unnest(%(release_lines)s::bigint[], %(lines)s::bigint[], %(shipped)s::int[], %(shorted)s::int[], %(cancelled)s::int[],
                       %(given_up)s::int[]) AS u (release_line_id, line_id, shipped, shorted, cancelled, given_up)
), release_lines AS (
  UPDATE oms_release_line rl
  SET shipped = rl.shipped + s.shipped, shorted = rl.shorted + s.shorted, cancelled = rl.cancelled + s.cancelled
  FROM settled s WHERE rl.tenant_id = %(tenant)s AND rl.id = s.release_line_id
)
UPDATE oms_order_line l
SET released = l.released - s.shipped - s.shorted - s.cancelled,
    shipped = l.shipped + s.shipped,
    cancelled = l.cancelled + s.given_up,
    backordered = l.backordered + s.shorted + s.cancelled - s.given_up,
    cancel_wanted = least(l.cancel_wanted - s.given_up, l.released - s.shipped - s.shorted - s.cancelled)
FROM (SELECT line_id, sum(shipped)::int AS shipped, sum(shorted)::int AS shorted, sum(cancelled)::int AS cancelled,
             sum(given_up)::int AS given_up FROM settled GROUP BY line_id) s
WHERE l.tenant_id = %(tenant)s AND l.id = s.line_id
