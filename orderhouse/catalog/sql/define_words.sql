-- Keep the words of items' names: those gone are deleted, new ones added.  Parameters: tenant, items (all defined now), and one row
-- for each word: of (its item) and words, sorted by item and word.  Locks: the words, in that order.
WITH gone AS (
  DELETE FROM catalog_word w
  WHERE w.tenant_id = %(tenant)s AND w.item_id = ANY (%(items)s::bigint[])
    AND NOT EXISTS (SELECT FROM unnest(%(of)s::bigint[], %(words)s::text[]) AS u (item_id, word)
                    WHERE u.item_id = w.item_id AND u.word = w.word)
)
INSERT INTO catalog_word (tenant_id, word, item_id)
SELECT t.tenant_id, u.word, u.item_id
FROM people_tenant t, unnest(%(of)s::bigint[], %(words)s::text[]) AS u (item_id, word)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT DO NOTHING
