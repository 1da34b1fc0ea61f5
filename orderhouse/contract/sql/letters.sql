-- Letters of a way and state, the latest first: of each way a page of the outbox and a page of the inbox, merged (the ways are read
-- off the indexes by leaps). One that stands in both is told by the inbox where its receiver said no, else by the outbox; so those
-- taken in are told only of ways that are not written here. Refused there are those that lie in another installation's inbox.
-- Parameters: tenant, source, destination, state ('' for all), before_at and before_id (null for the first page), limit.  Locks: none.
WITH RECURSIVE sent_way AS (
  (SELECT source, destination FROM contract_outbox WHERE tenant_id = %(tenant)s ORDER BY source, destination LIMIT 1)
  UNION ALL
  SELECT n.source, n.destination FROM sent_way w CROSS JOIN LATERAL (
    SELECT o.source, o.destination FROM contract_outbox o
    WHERE o.tenant_id = %(tenant)s AND (o.source, o.destination) > (w.source, w.destination)
    ORDER BY o.source, o.destination LIMIT 1) n
), taken_way AS (
  (SELECT source, destination FROM contract_inbox WHERE tenant_id = %(tenant)s ORDER BY source, destination LIMIT 1)
  UNION ALL
  SELECT n.source, n.destination FROM taken_way w CROSS JOIN LATERAL (
    SELECT i.source, i.destination FROM contract_inbox i
    WHERE i.tenant_id = %(tenant)s AND (i.source, i.destination) > (w.source, w.destination)
    ORDER BY i.source, i.destination LIMIT 1) n
), sent AS (
SELECT s.* FROM sent_way w CROSS JOIN LATERAL (
  SELECT o.source, o.id AS message_id, o.destination, o.type, o.subject,
    CASE WHEN o.state = 'delivered' AND o.error <> '' AND %(state)s <> 'delivered' THEN 'refused there' ELSE o.state END AS state,
    o.created_at AS at, o.attempts, o.next_try_at, o.error AS said
  FROM contract_outbox o
  WHERE o.tenant_id = %(tenant)s AND o.source = w.source AND o.destination = w.destination
    AND %(state)s <> 'done'
    AND (%(state)s = '' OR o.state = %(state)s OR %(state)s = 'refused' AND o.state = 'delivered' AND o.error <> '')
    AND (%(before_at)s::timestamptz IS NULL OR (o.created_at, o.id) < (%(before_at)s, %(before_id)s))
    AND NOT EXISTS (SELECT FROM contract_inbox i WHERE i.tenant_id = o.tenant_id AND i.source = o.source AND i.message_id = o.id
                      AND (i.state <> 'done' OR %(state)s = 'refused'))
  ORDER BY o.created_at DESC, o.id DESC LIMIT %(limit)s) s
WHERE (%(source)s = '' OR w.source = %(source)s) AND (%(destination)s = '' OR w.destination = %(destination)s)
), taken AS (
SELECT t.* FROM taken_way w CROSS JOIN LATERAL (
  SELECT i.source, i.message_id, i.destination, i.type, i.subject, i.state, i.received_at AS at, 0 AS attempts,
    NULL::timestamptz AS next_try_at, coalesce(i.refusal ->> 'detail', '') AS said
  FROM contract_inbox i
  WHERE i.tenant_id = %(tenant)s AND i.source = w.source AND i.destination = w.destination
    AND i.state <> 'done' AND (%(state)s = '' OR i.state = %(state)s)
    AND (%(before_at)s::timestamptz IS NULL OR (i.received_at, i.message_id) < (%(before_at)s, %(before_id)s))
  ORDER BY i.received_at DESC, i.message_id DESC LIMIT %(limit)s) t
WHERE (%(source)s = '' OR w.source = %(source)s) AND (%(destination)s = '' OR w.destination = %(destination)s)
UNION ALL
SELECT t.* FROM taken_way w CROSS JOIN LATERAL (
  SELECT i.source, i.message_id, i.destination, i.type, i.subject, i.state, i.received_at AS at, 0 AS attempts,
    NULL::timestamptz AS next_try_at, coalesce(i.refusal ->> 'detail', '') AS said
  FROM contract_inbox i
  WHERE i.tenant_id = %(tenant)s AND i.source = w.source AND i.destination = w.destination
    AND i.state = 'done' AND (%(state)s = '' OR i.state = %(state)s)
    AND (%(before_at)s::timestamptz IS NULL OR (i.received_at, i.message_id) < (%(before_at)s, %(before_id)s))
  ORDER BY i.received_at DESC, i.message_id DESC LIMIT %(limit)s) t
WHERE (%(source)s = '' OR w.source = %(source)s) AND (%(destination)s = '' OR w.destination = %(destination)s)
  AND %(state)s IN ('', 'done') AND NOT EXISTS (SELECT FROM sent_way s WHERE s.source = w.source AND s.destination = w.destination)
)
SELECT * FROM (SELECT * FROM sent UNION ALL SELECT * FROM taken) b ORDER BY at DESC, message_id DESC LIMIT %(limit)s
