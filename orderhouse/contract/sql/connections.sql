-- Every way letters go (source and destination), each with its figures. The ways are read off the indexes by leaps, one a way; a
-- way's figures from the last day's entries of its index, the waiting and dead from indexes that hold only those.
-- Lag: of letters of the last hour, from being true for the sender to being taken; one still on its way counts as long as it waited.
-- Parameters: tenant, now, day_ago, hour_ago.  Locks: none.
WITH RECURSIVE sent_way AS (
  (SELECT source, destination FROM contract_outbox WHERE tenant_id = %(tenant)s ORDER BY source, destination LIMIT 1)
  UNION ALL
  SELECT n.source, n.destination FROM sent_way w CROSS JOIN LATERAL (
    SELECT o.source, o.destination FROM contract_outbox o
    WHERE o.tenant_id = %(tenant)s AND (o.source, o.destination) > (w.source, w.destination)
    ORDER BY o.source, o.destination LIMIT 1) n
), taken_way AS (
  (SELECT source, destination FROM contract_inbox WHERE tenant_id = %(tenant)s ORDER BY source, destination LIMIT 1)
  UNION ALL
  SELECT n.source, n.destination FROM taken_way w CROSS JOIN LATERAL (
    SELECT i.source, i.destination FROM contract_inbox i
    WHERE i.tenant_id = %(tenant)s AND (i.source, i.destination) > (w.source, w.destination)
    ORDER BY i.source, i.destination LIMIT 1) n
), way AS (
  SELECT source, destination FROM sent_way UNION SELECT source, destination FROM taken_way
)
SELECT w.source, w.destination, o.last_at IS NOT NULL AS sends, greatest(o.last_at, i.last_at) AS last_at,
  b.waiting, b.aside, b.failing, b.published, b.dead, b.oldest_at, b.last_error, r.refused, t.refused_there,
  l.lag_p50, l.lag_p95, l.lag_of, coalesce(d.hours, e.hours, '{}') AS hours
FROM way w
CROSS JOIN LATERAL (
  SELECT max(created_at) AS last_at FROM (
    SELECT created_at FROM contract_outbox WHERE tenant_id = %(tenant)s AND source = w.source AND destination = w.destination
    ORDER BY created_at DESC LIMIT 1) x) o
CROSS JOIN LATERAL (
  SELECT max(received_at) AS last_at FROM (
    SELECT received_at FROM contract_inbox WHERE tenant_id = %(tenant)s AND source = w.source AND destination = w.destination
    ORDER BY received_at DESC LIMIT 1) x) i
CROSS JOIN LATERAL (
  SELECT coalesce(sum(waiting), 0)::bigint AS waiting, coalesce(sum(aside), 0)::bigint AS aside,
    coalesce(sum(failing), 0)::bigint AS failing, coalesce(sum(published), 0)::bigint AS published,
    coalesce(sum(dead), 0)::bigint AS dead, min(oldest_at) AS oldest_at, coalesce(max(last_error), '') AS last_error
  FROM (
    SELECT count(*) AS waiting, count(*) FILTER (WHERE aside) AS aside, count(*) FILTER (WHERE error <> '') AS failing,
      0 AS published, 0 AS dead, min(created_at) AS oldest_at, max(error) AS last_error
    FROM contract_outbox WHERE tenant_id = %(tenant)s AND destination = w.destination AND state = 'waiting' AND source = w.source
    UNION ALL
    SELECT 0, 0, 0, count(*), 0, min(created_at), NULL
    FROM contract_outbox WHERE tenant_id = %(tenant)s AND destination = w.destination AND state = 'published' AND source = w.source
    UNION ALL
    SELECT 0, 0, 0, 0, count(*), NULL, max(error)
    FROM contract_outbox WHERE tenant_id = %(tenant)s AND state = 'dead' AND source = w.source AND destination = w.destination) x) b
CROSS JOIN LATERAL (
  SELECT count(*) AS refused FROM contract_inbox
  WHERE tenant_id = %(tenant)s AND state = 'refused' AND source = w.source AND destination = w.destination) r
CROSS JOIN LATERAL (
  SELECT count(*) AS refused_there FROM contract_outbox x
  WHERE x.tenant_id = %(tenant)s AND x.source = w.source AND x.destination = w.destination AND x.state = 'delivered' AND x.error <> ''
    AND NOT EXISTS (SELECT FROM contract_inbox i WHERE i.tenant_id = x.tenant_id AND i.source = x.source AND i.message_id = x.id)) t
CROSS JOIN LATERAL (
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x.lag) AS lag_p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY x.lag) AS lag_p95,
    count(*) AS lag_of
  FROM (
    SELECT extract(epoch FROM coalesce(delivered_at, %(now)s::timestamptz) - created_at)::float8 AS lag FROM contract_outbox
    WHERE tenant_id = %(tenant)s AND source = w.source AND destination = w.destination AND created_at > %(hour_ago)s
      AND state IN ('delivered', 'published', 'waiting')) x) l
CROSS JOIN LATERAL (
  SELECT array_agg(h.n ORDER BY h.hour) AS hours FROM (
    SELECT g.hour, count(x.created_at) AS n
    FROM generate_series(0, 23) AS g (hour)
    LEFT JOIN (
      SELECT created_at, floor(extract(epoch FROM created_at - %(day_ago)s::timestamptz) / 3600)::int AS hour FROM contract_outbox
      WHERE tenant_id = %(tenant)s AND source = w.source AND destination = w.destination
        AND created_at >= %(day_ago)s AND created_at < %(now)s) x ON x.hour = g.hour
    WHERE o.last_at IS NOT NULL GROUP BY g.hour) h) d
CROSS JOIN LATERAL (
  SELECT array_agg(h.n ORDER BY h.hour) AS hours FROM (
    SELECT g.hour, count(x.received_at) AS n
    FROM generate_series(0, 23) AS g (hour)
    LEFT JOIN (
      SELECT received_at, floor(extract(epoch FROM received_at - %(day_ago)s::timestamptz) / 3600)::int AS hour FROM contract_inbox
      WHERE tenant_id = %(tenant)s AND source = w.source AND destination = w.destination
        AND received_at >= %(day_ago)s AND received_at < %(now)s) x ON x.hour = g.hour
    WHERE o.last_at IS NULL GROUP BY g.hour) h) e
ORDER BY w.source, w.destination
