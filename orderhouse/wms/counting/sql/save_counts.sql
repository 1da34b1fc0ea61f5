-- Write what was counted.  Parameters: tenant, ids, expected, counted, states, badge, at.  Locks: the tasks (the caller holds them).
UPDATE wms_count_task c SET expected = u.expected, counted = u.counted, state = u.state, badge = %(badge)s, counted_at = %(at)s
FROM unnest(%(ids)s::bigint[], %(expected)s::integer[], %(counted)s::integer[], %(states)s::text[]) AS u (id, expected, counted, state)
WHERE c.tenant_id = %(tenant)s AND c.id = u.id
