-- Append a deed to the chain and move its head there.
-- Parameters: tenant, id, position, at, actor, deed, subject, detail, previous and hash (32 bytes each).
-- Locks: the head's row, which the caller holds already, and the new row.
WITH link AS (
  INSERT INTO people_change (tenant_id, id, position, at, actor, deed, subject, detail, previous_hash, hash)
  VALUES (%(tenant)s, %(id)s, %(position)s, %(at)s, %(actor)s, %(deed)s, %(subject)s, %(detail)s, %(previous)s, %(hash)s)
  RETURNING tenant_id, position, hash
)
UPDATE people_change_head h SET position = link.position, hash = link.hash
FROM link WHERE h.tenant_id = link.tenant_id AND h.tenant_id = %(tenant)s
