-- Make or correct customers.  Parameters: tenant, ids, references (sorted), names, emails, phones, ats.
-- Locks: the customers, in reference order.
INSERT INTO oms_customer (tenant_id, id, reference, name, email, phone, created_at)
SELECT t.tenant_id, u.id, u.reference, u.name, u.email, u.phone, u.at
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(references)s::text[], %(names)s::text[], %(emails)s::text[], %(phones)s::text[],
            %(ats)s::timestamptz[])
       WITH ORDINALITY AS u (id, reference, name, email, phone, at, n)
WHERE t.tenant_id = %(tenant)s
ORDER BY u.n
ON CONFLICT (tenant_id, reference) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, phone = EXCLUDED.phone
RETURNING reference, id
