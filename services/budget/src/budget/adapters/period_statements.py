"""The SQL of periods."""

from typing import Final

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('dualcontrol.budget.periods', 0))"

VERSIONS: Final = "SELECT * FROM statistic WHERE figure = $1 ORDER BY version"

NEWEST_OF: Final = """
SELECT DISTINCT ON (figure) * FROM statistic
WHERE figure = ANY ($1::text[]) AND known_at <= $2 ORDER BY figure, version DESC
"""

STATISTICS_PAGE: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (figure) * FROM statistic
    WHERE region_code ^@ $1 AND ($2::integer IS NULL OR year = $2) AND known_at <= $3
        AND ($4::text IS NULL OR kind = $4) AND figure > $6
    ORDER BY figure, version DESC
) AS newest
WHERE $5::text IS NULL OR stage = $5
ORDER BY figure LIMIT $7
"""

ADD_STATISTIC: Final = """
INSERT INTO statistic (figure, version, region_code, kind, basis, price_year, year, quarter, month, stage, value,
    document, known_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

PROPOSAL: Final = "SELECT content FROM envelope_proposal WHERE proposal_id = $1"

ADOPTED: Final = """
SELECT content FROM envelope_proposal
WHERE region_code = $1 AND year = $2 AND instrument = $3 AND state = 'adopted'
"""

STANDING: Final = """
SELECT content FROM envelope_proposal WHERE region_code = $1 AND state = 'adopted' ORDER BY year, instrument
"""

PROPOSALS_PAGE: Final = """
SELECT content FROM envelope_proposal
WHERE region_code ^@ $1 AND ($2::integer IS NULL OR year = $2) AND proposed_at <= $3
    AND ($4::text IS NULL OR $4 = CASE
        WHEN replaced_at <= $3 THEN 'replaced' WHEN adopted_at <= $3 THEN 'adopted' ELSE 'proposed' END)
    AND proposal_id > $5
ORDER BY proposal_id LIMIT $6
"""

SAVE_PROPOSAL: Final = """
INSERT INTO envelope_proposal (proposal_id, region_code, year, instrument, amount, state, proposed_at, adopted_at,
    replaced_at, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (proposal_id) DO UPDATE SET state = excluded.state, adopted_at = excluded.adopted_at,
    replaced_at = excluded.replaced_at, content = excluded.content
"""

ADD_ACT: Final = """
INSERT INTO period_act (act_id, kind, region_code, year, signers, known_at, content)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

ADD_MARKS: Final = """
INSERT INTO period_mark (account_id, act_id, closed, effective_on, known_at)
SELECT account, $2, $3, $4, $5 FROM unnest($1::text[]) AS marked (account)
"""

ADD_CARRIED: Final = """
INSERT INTO carried_hold (from_hold, to_hold, act_id)
SELECT old, new, $3 FROM unnest($1::text[], $2::text[]) AS moved (old, new)
"""

ACTS_PAGE: Final = """
SELECT content FROM period_act
WHERE region_code ^@ $1 AND ($2::integer IS NULL OR year = $2) AND known_at <= $3
    AND ($4::text IS NULL OR kind = $4) AND act_id > $5
ORDER BY act_id LIMIT $6
"""

CARRIED_TO: Final = """
WITH RECURSIVE way (root, hold, steps) AS (
    SELECT asked, asked COLLATE "C", 0 FROM unnest($1::text[]) AS asked
    UNION ALL
    SELECT way.root, moved.to_hold, way.steps + 1 FROM carried_hold AS moved JOIN way ON moved.from_hold = way.hold
)
SELECT DISTINCT ON (root) root, hold FROM way ORDER BY root, steps DESC
"""

TRADE: Final = "SELECT content FROM trade WHERE trade_id = $1"

TRADES_DUE: Final = """
SELECT content FROM trade WHERE state = 'proposed' AND expire_date <= $1 ORDER BY expire_date, trade_id LIMIT $2
"""

TRADES_PAGE: Final = """
SELECT content FROM trade
WHERE (seller ^@ $1 OR buyer ^@ $1) AND ($2::integer IS NULL OR year = $2) AND proposed_at <= $3
    AND ($4::text IS NULL OR $4 = CASE WHEN decided_at <= $3 THEN state ELSE 'proposed' END)
    AND trade_id > $5
ORDER BY trade_id LIMIT $6
"""

SAVE_TRADE: Final = """
INSERT INTO trade (trade_id, seller, buyer, year, amount_kgce, expire_date, state, proposed_at, decider, decided_at,
    content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (trade_id) DO UPDATE SET state = excluded.state, decider = excluded.decider,
    decided_at = excluded.decided_at, content = excluded.content
"""

ACCOUNTS_OF_PERIOD: Final = """
SELECT id, granted, held, posted, overdraft, closed FROM ledger_account
WHERE id ^@ $1 AND substr(id, 7) = ANY ($2::text[])
ORDER BY id
"""

PENDING_HOLDS: Final = """
SELECT e.transfer_id FROM ledger_entry AS e
WHERE e.step = 'hold'
    AND e.accounts && (
        SELECT coalesce(array_agg(no), '{}') FROM ledger_account WHERE id = ANY ($1::text[]) AND held > 0
    )
    AND NOT EXISTS (SELECT FROM ledger_entry AS r WHERE r.transfer_id = e.transfer_id AND r.stage = 1)
ORDER BY e.transfer_id LIMIT $2
"""
"""Read once a year for a region: no index is kept for it on the way of every hold."""

CLOSED_AS_OF: Final = """
SELECT account_id FROM (
    SELECT DISTINCT ON (account_id) account_id, closed FROM period_mark
    WHERE account_id = ANY ($1::text[]) AND effective_on <= $2 AND known_at <= $3
    ORDER BY account_id, seq DESC
) AS last
WHERE closed
"""
