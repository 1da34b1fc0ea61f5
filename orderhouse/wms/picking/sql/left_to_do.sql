-- What is left to do: units of outbounds that wait or are allocated (0), open tasks of tours (1).
-- Parameters: tenant, outbounds, tours.  Locks: none: both are locked before, so nobody changes what is counted.
SELECT 0, l.outbound_id, sum(l.waiting + l.allocated)::bigint FROM wms_outbound_line l
WHERE l.tenant_id = %(tenant)s AND l.outbound_id = ANY (%(outbounds)s::bigint[]) GROUP BY l.outbound_id
UNION ALL
SELECT 1, t.tour_id, count(*) FROM wms_pick_task t
WHERE t.tenant_id = %(tenant)s AND t.tour_id = ANY (%(tours)s::bigint[]) AND t.state IN ('ready', 'started') GROUP BY t.tour_id
