-- Where sessions stand after their scans.  Parameters: tenant; ids, states (JSON), ends (NULL while open), serials (scans taken).
-- Locks: none beyond the sessions, which lock_sessions holds.
UPDATE wms_floor_session s SET state = u.state::jsonb, ended_at = u.ended_at, serial = u.serial
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(ends)s::timestamptz[], %(serials)s::bigint[]) AS u (id, state, ended_at, serial)
WHERE s.tenant_id = %(tenant)s AND s.id = u.id
