-- Close tours without an open task; answers their waves.  Parameters: tenant, tours (ids), at.
-- Locks: none beyond the tours, which lock_tours holds; so every closed task of theirs is seen.
UPDATE wms_tour t SET state = 'done', done_at = %(at)s
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(tours)s::bigint[]) AND t.state <> 'done'
  AND NOT EXISTS (SELECT FROM wms_pick_task p WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started'))
RETURNING t.wave_id
