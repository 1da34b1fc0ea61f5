-- Make or correct nodes by code.  Parameters: tenant, and one array per column, sorted by code.  Locks: the nodes, in code order.
INSERT INTO catalog_node (tenant_id, id, code, name, kind, country, latitude, longitude, address, time_zone, working_days,
  holiday_calendar, cutoff_time, handling_per_parcel, handling_per_line, lines_per_day, countries_served, carries_hazmat, active)
SELECT t.tenant_id, u.id, u.code, u.name, u.kind, u.country, u.latitude, u.longitude, u.address::jsonb, u.time_zone, u.working_days,
  u.holiday_calendar, u.cutoff_time, u.per_parcel, u.per_line, u.per_day, string_to_array(u.served, ',')::char(2)[], u.hazmat, u.active
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(codes)s::text[], %(names)s::text[], %(kinds)s::text[], %(countries)s::text[],
            %(latitudes)s::float8[], %(longitudes)s::float8[], %(addresses)s::text[], %(time_zones)s::text[],
            %(working_days)s::text[], %(calendars)s::text[], %(cutoffs)s::time[], %(per_parcel)s::int[], %(per_line)s::int[],
            %(per_day)s::int[], %(served)s::text[], %(hazmats)s::boolean[], %(actives)s::boolean[])
     AS u (id, code, name, kind, country, latitude, longitude, address, time_zone, working_days, holiday_calendar, cutoff_time,
           per_parcel, per_line, per_day, served, hazmat, active)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, code) DO UPDATE SET
  name = EXCLUDED.name, kind = EXCLUDED.kind, country = EXCLUDED.country, latitude = EXCLUDED.latitude,
  longitude = EXCLUDED.longitude, address = EXCLUDED.address, time_zone = EXCLUDED.time_zone,
  working_days = EXCLUDED.working_days, holiday_calendar = EXCLUDED.holiday_calendar, cutoff_time = EXCLUDED.cutoff_time,
  handling_per_parcel = EXCLUDED.handling_per_parcel, handling_per_line = EXCLUDED.handling_per_line,
  lines_per_day = EXCLUDED.lines_per_day, countries_served = EXCLUDED.countries_served,
  carries_hazmat = EXCLUDED.carries_hazmat, active = EXCLUDED.active
RETURNING code, id
