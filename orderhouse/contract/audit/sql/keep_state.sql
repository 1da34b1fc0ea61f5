-- How far a business is proven.
-- Parameters: tenant, proven_at, movements, last_movement_id, next_item_id, round_began_at,
-- round_ended_at (NULL: as it was), chain_at (NULL: as it was), chain_length. Locks: the business's row.
INSERT INTO contract_auditor AS s (tenant_id, proven_at, movements, last_movement_id, next_item_id, round_began_at, round_ended_at,
                                   chain_at, chain_length)
SELECT t.tenant_id, %(proven_at)s::timestamptz, %(movements)s, %(last_movement_id)s, %(next_item_id)s, %(round_began_at)s,
       %(round_ended_at)s::timestamptz, %(chain_at)s::timestamptz, %(chain_length)s
FROM people_tenant t WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id) DO UPDATE SET
  proven_at = EXCLUDED.proven_at, movements = EXCLUDED.movements, last_movement_id = EXCLUDED.last_movement_id,
  next_item_id = EXCLUDED.next_item_id, round_began_at = EXCLUDED.round_began_at,
  round_ended_at = coalesce(EXCLUDED.round_ended_at, s.round_ended_at),
  chain_length = CASE WHEN EXCLUDED.chain_at IS NULL THEN s.chain_length ELSE EXCLUDED.chain_length END,
  chain_at = coalesce(EXCLUDED.chain_at, s.chain_at)
