-- The state of releases from what their lines came to; an open release keeps its place on the floor.
-- Parameters: tenant; releases.  Locks: releases already held.
UPDATE oms_release r
SET state = CASE WHEN s.open > 0 THEN r.state WHEN s.shipped > 0 THEN 'shipped' WHEN r.rejection <> '' THEN 'rejected'
                 WHEN s.cancelled > 0 THEN 'cancelled' ELSE 'shorted' END
FROM (SELECT l.release_id, sum(l.quantity - l.shipped - l.shorted - l.cancelled) AS open, sum(l.shipped) AS shipped, sum(l.cancelled) AS cancelled
      FROM oms_release_line l WHERE l.tenant_id = %(tenant)s AND l.release_id = ANY (%(releases)s::bigint[]) GROUP BY l.release_id) s
WHERE r.tenant_id = %(tenant)s AND r.id = s.release_id AND s.open = 0
