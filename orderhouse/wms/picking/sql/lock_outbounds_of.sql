-- The outbounds of pick tasks, as they stand (a task never changes its outbound).  Parameters: tenant, tasks.
-- Locks: wms_outbound, in id order, as outbound/sql/lock_outbounds.sql does.
SELECT o.id, o.node_id, n.code AS node, o.release_number, o.order_number, o.state, o.carrier, o.service, o.ship_by, o.wave_id,
       o.cancel_wanted
FROM wms_outbound o
JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
WHERE o.tenant_id = %(tenant)s
  AND o.id IN (SELECT t.outbound_id FROM wms_pick_task t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(tasks)s::bigint[]))
ORDER BY o.id
FOR UPDATE OF o
