-- How far tours' pick tasks are, along each walk, as the picker meets them: one row a tour, one list a column.
-- Parameters: tenant, tours.  Locks: none: the verbs that post look again under their own locks.
SELECT t.tour_id, array_agg(t.id ORDER BY t.sequence), array_agg(t.quantity ORDER BY t.sequence), array_agg(t.picked ORDER BY t.sequence),
       array_agg(t.state ORDER BY t.sequence), array_agg(t.badge ORDER BY t.sequence)
FROM wms_pick_task t
WHERE t.tenant_id = %(tenant)s AND t.tour_id = ANY (%(tours)s::bigint[])
GROUP BY t.tour_id
