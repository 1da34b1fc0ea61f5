-- Close open exceptions by id, or those about these subjects.  Parameters: tenant, ids, subject_kind, subjects, badge, at, outcome.
-- Answers the ids of those that were open.
-- Locks: the exceptions, in id order.
WITH locked AS MATERIALIZED (
  SELECT id FROM wms_exception
  WHERE tenant_id = %(tenant)s AND settled_at IS NULL
    AND (id = ANY (%(ids)s::bigint[]) OR subject_kind = %(subject_kind)s AND subject_id = ANY (%(subjects)s::bigint[]))
  ORDER BY id FOR UPDATE
)
UPDATE wms_exception e SET settled_at = %(at)s, settled_by = %(badge)s, outcome = %(outcome)s FROM locked
WHERE e.tenant_id = %(tenant)s AND e.id = locked.id
RETURNING e.id
