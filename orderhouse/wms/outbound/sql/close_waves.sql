-- Close released waves whose every tour is closed.  Parameters: tenant, waves (ids), at.  Locks: none beyond the waves, held already.
UPDATE wms_wave w SET state = 'done', done_at = %(at)s
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(waves)s::bigint[]) AND w.state = 'released'
  AND NOT EXISTS (SELECT FROM wms_tour t WHERE t.tenant_id = w.tenant_id AND t.wave_id = w.id AND t.state <> 'done')
