-- Define cartons, or change them.  Parameters: tenant, one array per column (sorted by code).  Locks: the cartons, by code.
INSERT INTO wms_carton (tenant_id, code, name, length_mm, width_mm, height_mm, tare_grams, max_grams)
SELECT t.tenant_id, u.* FROM people_tenant t,
     unnest(%(codes)s::text[], %(names)s::text[], %(lengths)s::int[], %(widths)s::int[], %(heights)s::int[], %(tares)s::int[],
            %(maxima)s::int[]) AS u
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name, length_mm = excluded.length_mm, width_mm = excluded.width_mm,
  height_mm = excluded.height_mm, tare_grams = excluded.tare_grams, max_grams = excluded.max_grams, active = true
