-- The only writer of wms_outbound.state: a function of lines, open parcels and whether picking has begun (twin: rules.derive_state).
-- Parameters: tenant, ids (locked before, by lock_outbounds).  Answers the outbounds whose state changed, and the new state.
WITH line AS (
  SELECT outbound_id, sum(waiting) AS waiting, sum(allocated) AS allocated, sum(picked) AS picked, sum(packed) AS packed,
         sum(shipped) AS shipped, sum(shorted) AS shorted
  FROM wms_outbound_line
  WHERE tenant_id = %(tenant)s AND outbound_id = ANY (%(ids)s::bigint[])
  GROUP BY outbound_id
), derived AS (
  SELECT o.id, CASE
    WHEN l.waiting + l.allocated + l.picked + l.packed = 0 THEN
      CASE WHEN l.shipped > 0 THEN 'shipped' WHEN l.shorted > 0 THEN 'shorted' ELSE 'cancelled' END
    WHEN l.waiting + l.allocated = 0 THEN
      CASE WHEN l.picked > 0 OR l.packed = 0 OR EXISTS (
        SELECT FROM wms_parcel p WHERE p.tenant_id = %(tenant)s AND p.outbound_id = l.outbound_id AND p.state = 'open')
      THEN 'picked' ELSE 'packed' END
    WHEN l.picked + l.packed + l.shipped > 0 OR o.picking_started_at IS NOT NULL THEN 'picking'
    WHEN l.allocated > 0 THEN 'waved'
    ELSE 'accepted' END AS state
  FROM line l JOIN wms_outbound o ON o.tenant_id = %(tenant)s AND o.id = l.outbound_id
)
UPDATE wms_outbound o SET state = d.state FROM derived d
WHERE o.tenant_id = %(tenant)s AND o.id = d.id AND o.state <> d.state
RETURNING o.id, o.state
