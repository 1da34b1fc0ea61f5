-- Write letters to the outbox and decide how each travels: by its route where there is one, else to a receiver in this
-- process, else kept for a partner who fetches, else waiting for a route.
-- Parameters: tenant, source, unrouted (what is said of it, and rest until it is looked at again), and one array per column.
-- Locks: none beyond the new rows.
WITH routes AS MATERIALIZED (
  SELECT coalesce(array_agg(destination), '{}') AS known FROM contract_route WHERE tenant_id = %(tenant)s
), letter AS (
  SELECT u.*, CASE
           WHEN u.destination = ANY (r.known) OR split_part(u.destination, ':', 1) || ':*' = ANY (r.known) THEN 'routed'
           WHEN u.here THEN 'delivered'
           WHEN u.destination LIKE 'channel:%%' THEN 'published'
           ELSE 'unrouted' END AS way
  FROM routes r, unnest(%(ids)s::bigint[], %(destinations)s::text[], %(here)s::boolean[], %(types)s::text[],
                        %(versions)s::smallint[], %(subjects)s::text[], %(payloads)s::text[],
                        %(actors)s::text[], %(ats)s::timestamptz[])
       AS u (id, destination, here, type, version, subject, payload, actor, at)
)
INSERT INTO contract_outbox (tenant_id, id, source, destination, type, version, subject, payload, actor, created_at,
                             state, next_try_at, delivered_at, error)
SELECT t.tenant_id, l.id, %(source)s, l.destination, l.type, l.version, l.subject, l.payload::jsonb, l.actor, l.at,
       CASE WHEN l.way IN ('delivered', 'published') THEN l.way ELSE 'waiting' END,
       CASE l.way WHEN 'routed' THEN l.at WHEN 'unrouted' THEN l.at + %(unrouted_rest)s::interval END,
       CASE l.way WHEN 'delivered' THEN l.at END,
       CASE l.way WHEN 'unrouted' THEN %(unrouted)s ELSE '' END
FROM people_tenant t, letter l
WHERE t.tenant_id = %(tenant)s
RETURNING id, state
