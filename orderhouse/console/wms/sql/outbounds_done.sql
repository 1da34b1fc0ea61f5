-- Orders of which a parcel was packed, or left, within a span of time, the latest first.  Reads the end of the parcels' primary key:
-- a parcel leaves within days of being opened.  The total is of the whole list; what lies in parcels is read for the page alone.
-- Parameters: tenant, node, from_id (first parcel id to look at), what (packed or shipped), since, until, limit, skip.  Locks: none.
WITH done AS (
  SELECT id, outbound_id, packed_by, CASE %(what)s WHEN 'packed' THEN packed_at ELSE shipped_at END AS done_at
  FROM wms_parcel WHERE tenant_id = %(tenant)s AND id >= %(from_id)s AND node_id = %(node)s AND state NOT IN ('open', 'voided')
), page AS (
  SELECT outbound_id, array_agg(id) AS parcels, max(done_at) AS done_at,
    string_agg(DISTINCT nullif(packed_by, ''), ', ') AS packed_by, count(*) OVER ()::int AS total
  FROM done WHERE done_at >= %(since)s AND done_at < %(until)s
  GROUP BY outbound_id ORDER BY max(done_at) DESC, outbound_id LIMIT %(limit)s OFFSET %(skip)s
)
SELECT o.id, o.release_number, o.order_number, o.state, o.carrier, o.service, o.ship_by, cardinality(p.parcels) AS parcels,
  (SELECT coalesce(sum(l.quantity), 0)::bigint FROM wms_parcel_line l WHERE l.tenant_id = %(tenant)s AND l.parcel_id = ANY (p.parcels))
    AS units, p.done_at, p.packed_by, p.total
FROM page p JOIN wms_outbound o ON o.tenant_id = %(tenant)s AND o.id = p.outbound_id
ORDER BY p.done_at DESC, o.id
