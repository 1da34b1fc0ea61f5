-- Keep submissions that could not be placed; one that lies open already, word for word, is not kept twice.
-- Parameters: tenant, at, ids, sources, channel_order_ids, payloads, reasons.  Locks: none beyond the new rows.
WITH u AS (
  SELECT id, source, channel_order_id, payload::jsonb AS payload, reasons::jsonb AS reasons, n
  FROM unnest(%(ids)s::bigint[], %(sources)s::text[], %(channel_order_ids)s::text[], %(payloads)s::text[], %(reasons)s::text[])
    WITH ORDINALITY AS u (id, source, channel_order_id, payload, reasons, n)
), known AS (
  SELECT u.n, min(i.id) AS id
  FROM u JOIN oms_invalid_order i ON i.tenant_id = %(tenant)s AND i.state = 'open' AND i.source = u.source
    AND i.channel_order_id = u.channel_order_id AND i.payload = u.payload
  GROUP BY u.n
), kept AS (
  INSERT INTO oms_invalid_order (tenant_id, id, source, channel_order_id, payload, reasons, received_at)
  SELECT t.tenant_id, u.id, u.source, u.channel_order_id, u.payload, u.reasons, %(at)s
  FROM people_tenant t, u
  WHERE t.tenant_id = %(tenant)s AND NOT EXISTS (SELECT FROM known k WHERE k.n = u.n)
)
SELECT coalesce(k.id, u.id) FROM u LEFT JOIN known k USING (n) ORDER BY u.n
