-- Close tours without an open task, and released waves whose every tour is closed.  Parameters: tenant, tours (ids), at.
-- Locks: the tours, then their waves, each in id order; the outbounds of the tasks that were closed are locked before.
WITH finished AS MATERIALIZED (
  SELECT t.id, t.wave_id FROM wms_tour t
  WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(tours)s::bigint[]) AND t.state <> 'done'
    AND NOT EXISTS (SELECT FROM wms_pick_task p
                    WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started'))
  ORDER BY t.id FOR UPDATE OF t
), closed AS (
  UPDATE wms_tour t SET state = 'done', done_at = %(at)s FROM finished f WHERE t.tenant_id = %(tenant)s AND t.id = f.id
  RETURNING t.id, t.wave_id
), done AS MATERIALIZED (
  SELECT w.id FROM wms_wave w
  WHERE w.tenant_id = %(tenant)s AND w.id IN (SELECT wave_id FROM closed) AND w.state = 'released'
    AND NOT EXISTS (SELECT FROM wms_tour t WHERE t.tenant_id = w.tenant_id AND t.wave_id = w.id AND t.state <> 'done'
                      AND t.id NOT IN (SELECT id FROM closed))
  ORDER BY w.id FOR UPDATE OF w
)
UPDATE wms_wave w SET state = 'done', done_at = %(at)s FROM done d WHERE w.tenant_id = %(tenant)s AND w.id = d.id
