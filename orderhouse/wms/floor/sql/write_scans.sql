-- Write scans with their answers.  Parameters: tenant, and one array per column (refused: 1 or 0).
-- Locks: the new rows; their sessions are locked before.
INSERT INTO wms_scan (tenant_id, session_id, scan_id, serial, text, quantity, at, refused, answer)
SELECT t.tenant_id, u.session_id, u.scan_id::uuid, u.serial, u.text, u.quantity, u.at, u.refused = 1, u.answer::jsonb
FROM people_tenant t,
     unnest(%(sessions)s::bigint[], %(serials)s::bigint[], %(scans)s::text[], %(texts)s::text[], %(quantities)s::bigint[],
            %(ats)s::timestamptz[], %(refused)s::bigint[], %(answers)s::text[])
     AS u (session_id, serial, scan_id, text, quantity, at, refused, answer)
WHERE t.tenant_id = %(tenant)s
