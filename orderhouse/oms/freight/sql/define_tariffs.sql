-- Make or correct tariffs.  Parameters: tenant, and one array per column, sorted by carrier and service.
-- Locks: the tariffs, in that order.
INSERT INTO oms_tariff (tenant_id, id, carrier, service, zones, active)
SELECT t.tenant_id, u.id, u.carrier, u.service, u.zones::jsonb, u.active
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(carriers)s::text[], %(services)s::text[], %(zones)s::text[], %(actives)s::boolean[])
     AS u (id, carrier, service, zones, active)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, carrier, service) DO UPDATE SET zones = EXCLUDED.zones, active = EXCLUDED.active
RETURNING carrier, service, id
