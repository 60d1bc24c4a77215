"""The SQL of the ledger's store. Every statement takes arrays: a batch costs as many round trips as one transfer."""

from typing import Final

# Serialises those who open the same account: there is no row to lock yet. Ordered by the key that is locked.
LOCK_OPENING: Final = """
SELECT pg_advisory_xact_lock(key)
FROM (
    SELECT DISTINCT hashtextextended('ledger_account ' || id, 0) AS key
    FROM unnest($1::text[]) AS opening (id)
    ORDER BY key
) AS keys
"""

# The legs of a transfer never change, so they may be read before anything is locked.
# The sort is below the locking: rows are locked one by one in the order of their ids.
LOCK_ACCOUNTS: Final = """
SELECT a.id, a.source, a.available, a.held, a.posted
FROM ledger_account AS a
WHERE a.id IN (
    SELECT unnest($1::text[]) UNION SELECT account_id FROM ledger_transfer_leg WHERE transfer_id = ANY ($2::text[])
)
ORDER BY a.id
FOR UPDATE OF a
"""

LOAD_TRANSFERS: Final = """
SELECT t.id AS transfer_id, t.kind, t.state, t.body_hash, t.effective_on AS transfer_effective_on, t.resolved_on,
    l.account_id, l.amount
FROM ledger_transfer AS t JOIN ledger_transfer_leg AS l ON l.transfer_id = t.id
WHERE t.id = ANY ($1::text[])
ORDER BY t.id, l.account_id
"""

LOAD_BALANCES: Final = """
SELECT id, source, available, held, posted FROM ledger_account WHERE id = ANY ($1::text[]) ORDER BY id
"""

LIST_BALANCES: Final = """
SELECT id, source, available, held, posted FROM ledger_account WHERE id ^@ $1 AND id > $2 ORDER BY id LIMIT $3
"""

OPEN_ACCOUNTS: Final = """
INSERT INTO ledger_account (id, source, available, held, posted)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
"""

UPDATE_ACCOUNTS: Final = """
UPDATE ledger_account AS a
SET source = n.source, available = n.available, held = n.held, posted = n.posted
FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS n (id, source, available, held, posted)
WHERE a.id = n.id
"""

INSERT_TRANSFERS: Final = """
INSERT INTO ledger_transfer (id, kind, state, body_hash, effective_on, resolved_on, known_at)
SELECT n.*, statement_timestamp()
FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::date[], $6::date[]) AS n
ON CONFLICT (id) DO NOTHING
RETURNING id
"""

INSERT_LEGS: Final = """
INSERT INTO ledger_transfer_leg (transfer_id, account_id, amount)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
"""

RESOLVE_TRANSFERS: Final = """
UPDATE ledger_transfer AS t SET state = n.state, resolved_on = n.resolved_on
FROM unnest($1::text[], $2::text[], $3::date[]) AS n (id, state, resolved_on)
WHERE t.id = n.id
"""

# The statement begins after the accounts are locked, on the database's one clock: for one account, what is known
# later also has the higher number, and the legs of one transfer become known at one instant.
INSERT_ENTRIES: Final = """
INSERT INTO ledger_entry (transfer_id, account_id, step, from_bucket, to_bucket, amount, effective_on, known_at)
SELECT n.transfer_id, n.account_id, n.step, n.from_bucket, n.to_bucket, n.amount, n.effective_on, statement_timestamp()
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::date[])
    WITH ORDINALITY AS n (transfer_id, account_id, step, from_bucket, to_bucket, amount, effective_on, place)
ORDER BY n.place
"""

READ_ENTRIES: Final = """
SELECT e.seq, e.transfer_id, e.account_id, e.step, e.from_bucket, e.to_bucket, e.amount, e.effective_on,
    t.kind, t.state, t.effective_on AS transfer_effective_on, t.resolved_on, l.amount AS leg_amount
FROM ledger_entry AS e
LEFT JOIN ledger_transfer AS t ON t.id = e.transfer_id
LEFT JOIN ledger_transfer_leg AS l ON l.transfer_id = e.transfer_id AND l.account_id = e.account_id
ORDER BY e.seq
"""

# A step has the name of the kind it begins; a hold's resolution has the name of its state.
FIND_MISSING_ENTRY: Final = """
SELECT l.transfer_id, l.account_id, due.step
FROM ledger_transfer AS t
JOIN ledger_transfer_leg AS l ON l.transfer_id = t.id
CROSS JOIN LATERAL (
    SELECT t.kind AS step
    UNION ALL
    SELECT CASE t.state WHEN 'posted' THEN 'post' WHEN 'voided' THEN 'void' ELSE 'expire' END
    WHERE t.resolved_on IS NOT NULL
) AS due
WHERE NOT EXISTS (
    SELECT FROM ledger_entry AS e
    WHERE e.transfer_id = l.transfer_id AND e.account_id = l.account_id AND e.step = due.step
)
ORDER BY l.transfer_id, l.account_id
LIMIT 1
"""

ALL_BALANCES: Final = "SELECT id, source, available, held, posted FROM ledger_account"

ISOLATION: Final = "SELECT current_setting('transaction_isolation')"
