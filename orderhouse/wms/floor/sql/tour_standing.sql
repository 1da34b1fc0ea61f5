-- How far a tour's pick tasks are, along its walk, as the picker meets them.  Parameters: tenant, tour.  Locks: none: the verbs that
-- post look again under their own locks.
SELECT t.id, t.quantity, t.picked, t.state, t.badge, o.cancel_wanted OR o.state = 'cancelled' AS stopped
FROM wms_pick_task t
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
WHERE t.tenant_id = %(tenant)s AND t.tour_id = %(tour)s
ORDER BY t.sequence
