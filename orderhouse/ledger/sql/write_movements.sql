-- Write movements.  Parameters: tenant, and one array per column.  Locks: none beyond the new rows.
INSERT INTO ledger_movement (tenant_id, id, item_id, lot_id, owner_id, quantity, from_account_id, to_account_id,
                             cause, cause_id, cause_line_id, actor, device, at, command_id)
SELECT t.tenant_id, u.id, u.item_id, u.lot_id, u.owner_id, u.quantity, u.from_id, u.to_id,
       u.cause, u.cause_id, u.cause_line_id, u.actor, u.device, u.at, u.command_id
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(items)s::bigint[], %(lots)s::bigint[], %(owners)s::bigint[], %(quantities)s::bigint[],
            %(sources)s::bigint[], %(targets)s::bigint[], %(causes)s::text[], %(cause_ids)s::bigint[], %(cause_lines)s::bigint[],
            %(actors)s::text[], %(devices)s::text[], %(ats)s::timestamptz[], %(commands)s::text[])
     AS u (id, item_id, lot_id, owner_id, quantity, from_id, to_id, cause, cause_id, cause_line_id, actor, device, at, command_id)
WHERE t.tenant_id = %(tenant)s
