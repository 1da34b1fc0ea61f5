-- Make or correct barcodes; one that stands for another item is left as it is and not answered: the caller refuses.
-- Parameters: tenant, texts (sorted), items, quantities.  Locks: the barcodes, in text order.
INSERT INTO catalog_barcode AS b (tenant_id, text, item_id, quantity)
SELECT t.tenant_id, u.text, u.item_id, u.quantity
FROM people_tenant t, unnest(%(texts)s::text[], %(items)s::bigint[], %(quantities)s::int[]) AS u (text, item_id, quantity)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, text) DO UPDATE SET quantity = EXCLUDED.quantity WHERE b.item_id = EXCLUDED.item_id
RETURNING b.text
