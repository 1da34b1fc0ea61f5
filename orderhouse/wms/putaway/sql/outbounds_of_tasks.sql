-- The outbounds whose units these tasks put back.  Parameters: tenant, ids.  Locks: none (they are locked next, before the tasks).
SELECT DISTINCT l.outbound_id FROM wms_putaway_task t
JOIN wms_outbound_line l ON l.tenant_id = t.tenant_id AND l.id = t.outbound_line_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s::bigint[])
