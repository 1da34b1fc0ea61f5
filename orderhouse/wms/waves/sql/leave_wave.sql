-- Let outbounds leave a wave none of their picks belong to any more.  Parameters: tenant, wave, ids.  Locks: the outbounds (held before).
UPDATE wms_outbound o SET wave_id = NULL
WHERE o.tenant_id = %(tenant)s AND o.id = ANY (%(ids)s::bigint[]) AND o.wave_id = %(wave)s
  AND NOT EXISTS (SELECT FROM wms_tour t JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
                  WHERE t.tenant_id = o.tenant_id AND t.wave_id = %(wave)s AND p.outbound_id = o.id AND p.state <> 'cancelled')
