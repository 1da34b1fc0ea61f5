-- Make or correct channels by code.  Parameters: tenant, and one array per column, sorted by code.  Locks: the channels, in that order.
INSERT INTO oms_channel (tenant_id, id, code, name, kind, owner_id, currency, priority, when_short, ships_partially, buffer,
  share_percent, service, active)
SELECT t.tenant_id, u.*
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(codes)s::text[], %(names)s::text[], %(kinds)s::text[], %(owners)s::bigint[], %(currencies)s::text[],
            %(priorities)s::smallint[], %(when_shorts)s::text[], %(partials)s::boolean[], %(buffers)s::int[], %(shares)s::smallint[],
            %(services)s::text[], %(actives)s::boolean[]) AS u
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, code) DO UPDATE SET
  name = EXCLUDED.name, kind = EXCLUDED.kind, owner_id = EXCLUDED.owner_id, currency = EXCLUDED.currency,
  priority = EXCLUDED.priority, when_short = EXCLUDED.when_short, ships_partially = EXCLUDED.ships_partially,
  buffer = EXCLUDED.buffer, share_percent = EXCLUDED.share_percent, service = EXCLUDED.service, active = EXCLUDED.active
RETURNING code, id
