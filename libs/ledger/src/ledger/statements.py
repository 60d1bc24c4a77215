"""The SQL of the ledger's store. Every statement takes arrays: a batch costs as many round trips as one transfer."""

from typing import Final

LOCK: Final = "SELECT ledger_lock()"

HEAD: Final = "SELECT no, known_at, digest FROM ledger_batch ORDER BY no DESC LIMIT 1"

LAST_ACCOUNT: Final = "SELECT coalesce(max(no), 0) FROM ledger_account"

LOAD_ENTRIES: Final = """
SELECT e.transfer_id, e.stage, e.step, e.accounts, e.amounts, e.effective_on, e.expires_on, e.signers, e.note
FROM ledger_entry AS e
WHERE e.transfer_id = ANY ($1::text[])
ORDER BY e.transfer_id, e.stage
"""

LOAD_ACCOUNTS: Final = """
SELECT no, id, granted, held, posted, overdraft, closed FROM ledger_account
WHERE id = ANY ($1::text[]) OR no = ANY ($2::integer[])
"""

LIST_ACCOUNTS: Final = """
SELECT no, id, granted, held, posted, overdraft, closed FROM ledger_account
WHERE id ^@ $1 AND id > $2 AND ($4::text = '' OR split_part(id, '/', 2) = $4) ORDER BY id LIMIT $3
"""

LIST_AS_OF: Final = """
SELECT a.no, a.id, b.granted, b.held, b.posted, b.overdraft
FROM ledger_account AS a
CROSS JOIN LATERAL ledger_balance_as_of(
    a.no, $5, coalesce((SELECT no FROM ledger_batch WHERE known_at <= $6 ORDER BY known_at DESC LIMIT 1), 0)
) AS b
WHERE a.id ^@ $1 AND a.id > $2 AND ($4::text = '' OR split_part(a.id, '/', 2) = $4) ORDER BY a.id LIMIT $3
"""

BALANCES_AS_OF: Final = """
SELECT a.no, a.id, b.granted, b.held, b.posted, b.overdraft
FROM ledger_account AS a
CROSS JOIN LATERAL ledger_balance_as_of(
    a.no, $2, coalesce((SELECT no FROM ledger_batch WHERE known_at <= $3 ORDER BY known_at DESC LIMIT 1), 0)
) AS b
WHERE a.id = ANY ($1::text[])
"""

DUE: Final = """
SELECT e.transfer_id FROM ledger_entry AS e
WHERE e.expires_on <= $1 AND e.transfer_id ^@ ANY ($3::text[])
    AND NOT EXISTS (SELECT FROM ledger_entry AS r WHERE r.transfer_id = e.transfer_id AND r.stage = 1)
ORDER BY e.expires_on, e.transfer_id LIMIT $2
"""

# One entry of closing has one account.
STANDING_CLOSURES: Final = """
SELECT c.transfer_id FROM ledger_entry AS c
WHERE c.transfer_id ^@ $1 AND c.step = 'close' AND NOT EXISTS (
    SELECT FROM ledger_entry AS later
    WHERE later.step IN ('close', 'reopen') AND later.accounts = c.accounts AND later.batch > c.batch
)
ORDER BY c.transfer_id
"""

WRITE: Final = "SELECT ledger_write($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"

BATCHES: Final = """
SELECT no, known_at, text, digest FROM ledger_batch WHERE no > $1 ORDER BY no LIMIT $2
"""

ENTRIES_OF: Final = """
SELECT e.transfer_id, e.stage, e.step, e.batch, e.accounts, e.amounts, e.effective_on, e.expires_on, e.signers, e.note
FROM ledger_entry AS e WHERE e.transfer_id = ANY ($1::text[])
"""

# Of batches that are broken or gone: looked for without an index.
ENTRIES_BETWEEN: Final = """
SELECT e.transfer_id, e.stage, e.step, e.batch, e.accounts, e.amounts, e.effective_on, e.expires_on, e.signers, e.note
FROM ledger_entry AS e WHERE e.batch > $1 AND e.batch <= $2 ORDER BY e.batch, e.transfer_id, e.stage
"""

PAST_BALANCES: Final = """
SELECT b.account, b.effective_on, b.granted, b.held, b.posted, b.overdraft
FROM unnest($1::integer[], $2::date[], $3::bigint[]) AS k (account, effective_on, batch)
JOIN ledger_balance AS b ON (b.account, b.effective_on, b.batch) = (k.account, k.effective_on, k.batch)
"""

LAST_BATCH: Final = "SELECT coalesce(max(no), 0) FROM ledger_batch"

COUNT_ENTRIES: Final = "SELECT count(*) FROM ledger_entry"

COUNT_BALANCES: Final = "SELECT count(*) FROM ledger_balance"

# The lines of a batch's text behind the empty one are its entries.
SURPLUS_ENTRY: Final = """
SELECT e.* FROM ledger_entry AS e
LEFT JOIN ledger_batch AS b ON b.no = e.batch
WHERE b.no IS NULL
    OR position(E'\n' || e.transfer_id || E'\t' || e.stage || E'\t' IN convert_from(b.text, 'UTF8')) = 0
ORDER BY e.batch, e.transfer_id LIMIT 1
"""

# An entry changes what was known of its own day and of every later one that is known by then.
SURPLUS_BALANCE: Final = """
SELECT b.* FROM ledger_balance AS b
WHERE NOT EXISTS (
    SELECT FROM ledger_entry AS e
    WHERE e.batch = b.batch AND b.account = ANY (e.accounts) AND e.effective_on <= b.effective_on
        AND e.step NOT IN ('close', 'reopen')
) OR NOT EXISTS (
    SELECT FROM ledger_day AS d
    WHERE (d.account, d.effective_on) = (b.account, b.effective_on) AND d.since_batch <= b.batch
)
ORDER BY b.batch, b.account, b.effective_on LIMIT 1
"""

DAYS: Final = "SELECT account, effective_on, since_batch FROM ledger_day"

ALL_ACCOUNTS: Final = "SELECT no, id, granted, held, posted, overdraft, closed FROM ledger_account"

ISOLATION: Final = "SELECT current_setting('transaction_isolation')"
