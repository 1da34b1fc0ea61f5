-- Write scans with their answers and save their session's state.
-- Parameters: tenant, session, state, ended_at, serial (scans taken before), taken (how many now), scans: a JSON array of
-- {n, scan_id, text, quantity, at, refused, answer}; one document, since a driver escapes every quote of an array of JSON texts.
-- Locks: the session (locked before), the new rows.
WITH saved AS (
  UPDATE wms_floor_session SET state = %(state)s::jsonb, ended_at = %(ended_at)s, serial = %(serial)s::bigint + %(taken)s
  WHERE tenant_id = %(tenant)s AND id = %(session)s
  RETURNING tenant_id, id
)
INSERT INTO wms_scan (tenant_id, session_id, scan_id, serial, text, quantity, at, refused, answer)
SELECT s.tenant_id, s.id, u.scan_id, %(serial)s::bigint + u.n, u.text, u.quantity, u.at, u.refused, u.answer
FROM saved s,
     jsonb_to_recordset(%(scans)s::jsonb)
     AS u (n integer, scan_id uuid, text text, quantity integer, at timestamptz, refused boolean, answer jsonb)
