-- Add deltas to lines' counts.  Parameters: tenant, ids (sorted), one array of deltas a count.
-- Locks: the lines, whose outbounds are locked before.
UPDATE wms_outbound_line l
SET waiting = l.waiting + d.waiting, allocated = l.allocated + d.allocated, picked = l.picked + d.picked,
    packed = l.packed + d.packed, shipped = l.shipped + d.shipped, shorted = l.shorted + d.shorted,
    putting_back = l.putting_back + d.putting_back, cancelled = l.cancelled + d.cancelled
FROM unnest(%(ids)s::bigint[], %(waiting)s::int[], %(allocated)s::int[], %(picked)s::int[], %(packed)s::int[], %(shipped)s::int[],
            %(shorted)s::int[], %(putting_back)s::int[], %(cancelled)s::int[])
     AS d (id, waiting, allocated, picked, packed, shipped, shorted, putting_back, cancelled)
WHERE l.tenant_id = %(tenant)s AND l.id = d.id
