-- Write receipt lines.  Parameters: tenant, one array per column.  Locks: the new rows; their receipts are locked before.
INSERT INTO wms_receipt_line (tenant_id, id, receipt_id, line_number, item_id, owner_id, expected, good, damaged, ungraded)
SELECT t.tenant_id, u.* FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(receipts)s::bigint[], %(numbers)s::integer[], %(items)s::bigint[], %(owners)s::bigint[],
            %(expected)s::integer[], %(good)s::integer[], %(damaged)s::integer[], %(ungraded)s::integer[])
     AS u (id, receipt_id, line_number, item_id, owner_id, expected, good, damaged, ungraded)
WHERE t.tenant_id = %(tenant)s
