-- A key, and whether its last use is worth a note; the tenant is closed for statements after this one in the transaction unless the
-- key is right, so that a wrong one reads nothing.  Parameters: tenant and id that the key claims, hash of its secret, at.  Locks: none.  One row always.
SELECT k.name, k.secret_hash, k.scopes, k.last_used_at IS NULL OR %(at)s::timestamptz - k.last_used_at > interval '1 hour',
  set_config('app.tenant', CASE WHEN k.secret_hash = %(hash)s::bytea THEN %(tenant)s::bigint::text ELSE '' END, true)
FROM (SELECT) one LEFT JOIN people_api_key k
  ON k.tenant_id = %(tenant)s::bigint AND k.id = %(id)s::bigint AND k.revoked_at IS NULL
  AND (k.expires_at IS NULL OR k.expires_at > %(at)s::timestamptz)
