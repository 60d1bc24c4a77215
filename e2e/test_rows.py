"""Row-level security of every table that has it: each scope, each row, each statement, as the role that serves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, NamedTuple

import asyncpg
import pytest

import budget.bootstrap
import capacity.bootstrap
import filing.bootstrap
import review.bootstrap
import screening.bootstrap
import targets.bootstrap
from access.scopes import EVERYTHING, NOTHING, Scope
from servicekit.program import Service
from servicekit.storage.database import CASES, SCOPE, quoted
from servicekit.storage.migrations import migrate
from testkit.fixtures import Connection
from testkit.postgres import owner_dsn
from testkit.telling import Tell

pytestmark = pytest.mark.integration


class Own(NamedTuple):
    """A table whose rows say themselves where they are, and of which case."""

    regions: tuple[str, ...] = ("region_code",)
    case: str | None = None


class Of(NamedTuple):
    """A table whose rows are where the parent's row of the same filing is."""

    parent: str


Rule = Own | Of

_OF_CASE: Final = Own(case="filing_id")
_REGION: Final = Own()

PROTECTED: Final[Mapping[str, Mapping[str, Rule]]] = {
    "filing": {"filing": _OF_CASE, "filing_revision": Of("filing")},
    "review": {
        "review": _OF_CASE,
        "owners_filing": Own(("region",), "filing_id"),
        **dict.fromkeys(("opinion_docket", "opinion", "opinion_change", "opinion_revocation"), Of("review")),
    },
    "capacity": {
        "replacement": _OF_CASE,
        **dict.fromkeys(("plan_step", "plan_deadline", "named_lot", "lot_recipient"), Of("replacement")),
        **dict.fromkeys(("reevaluation", "opinion_heard"), Of("replacement")),
    },
    "budget": {
        "deduction": Own(case="filing"),
        "saving_hold": Own(case="filing"),
        "trade": Own(("seller", "buyer")),
        **dict.fromkeys(("envelope_grant", "envelope_proposal", "period_act"), _REGION),
        **dict.fromkeys(("statistic", "budget_offset", "saving"), _REGION),
    },
    "screening": {
        "screening_case": _OF_CASE,
        "project": _OF_CASE,
        **dict.fromkeys(("case_fact", "waiting", "overtaking", "decision", "rescreened"), Of("screening_case")),
        **dict.fromkeys(("ruling", "override", "override_step"), Of("screening_case")),
    },
    "targets": {},
}

OPEN: Final[Mapping[str, frozenset[str]]] = {
    # Seen by all who read: lots, utilisation, levels; or named by region in each request, which the gate holds against
    # the caller's grants; or unique in the whole province, as evidence is.
    "capacity": frozenset({"lot", "utilisation"}),
    "budget": frozenset({"evidence_use", "certificate_use"}),
    "screening": frozenset({"freed", "region_fact"}),
    "targets": frozenset(
        {
            "region",
            "level",
            "region_level",
            "promise",
            "energy_unit",
            "reading",
            "reading_on_its_way",
            "regional_figure",
            "entry",
        }
    ),
}
"""Tables with a region or a filing that have no policy."""

SERVICES: Final = {
    one.service().name: one.service() for one in (filing.bootstrap, review.bootstrap, capacity.bootstrap)
} | {one.service().name: one.service() for one in (budget.bootstrap, screening.bootstrap, targets.bootstrap)}


class Row(NamedTuple):
    region: str
    case: str


PREFECTURE, COUNTY = Row("632800", "f-haixi"), Row("632801", "f-golmud")
ROWS: Final = (PREFECTURE, COUNTY, Row("632821", "f-ulan"), Row("630121", "f-xining"), Row("540102", "f-lhasa"))
ELSEWHERE: Final = ROWS[-1].region

SCOPES: Final[Mapping[str, Scope]] = {
    "everything": EVERYTHING,
    "the province": Scope(frozenset({"63"})),
    "a prefecture": Scope(frozenset({"6328"})),
    "a county": Scope(frozenset({"632801"})),
    "two counties": Scope(frozenset({"632821", "630121"})),
    "another province": Scope(frozenset({"54"})),
    "a case": Scope(frozenset(), frozenset({"f-xining"})),
    "a county and two cases": Scope(frozenset({"632801"}), frozenset({"f-xining", "f-lhasa"})),
    "a county of nothing": Scope(frozenset({"632899"})),
    "nothing": NOTHING,
}


def sees(scope: Scope, row: Row, rule: Rule) -> bool:
    """What must be: reckoned here a second time, without SQL."""
    of_case = isinstance(rule, Of) or rule.case is not None
    return any(row.region.startswith(prefix) for prefix in scope.prefixes) or (of_case and row.case in scope.cases)


@dataclass(frozen=True)
class Table:
    """One protected table, freed of all but its key and its policy, with a row for each of ROWS."""

    name: str
    rule: Rule
    columns: tuple[tuple[str, str], ...]
    """Names and types of those that are written."""
    key: str

    @property
    def region_columns(self) -> tuple[str, ...]:
        return self.rule.regions if isinstance(self.rule, Own) else ()

    def insertion(self, row: Row) -> str:
        names = ", ".join(name for name, _ in self.columns)
        values = ", ".join(self._value(name, kind, row) for name, kind in self.columns)
        return f"INSERT INTO {self.name} ({names}) VALUES ({values})"

    def _value(self, name: str, kind: str, row: Row) -> str:
        if name in self.region_columns or name == "region_code":
            return quoted(row.region)
        return {"text": quoted(row.case), "date": "'2026-01-01'", "uuid": "gen_random_uuid()"}.get(kind, "1")

    def of(self, row: Row) -> str:
        return f"WHERE {self.key} = {quoted(row.case)}"


_WRITTEN: Final = """
    SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, i.indrelid IS NOT NULL AS in_key
    FROM pg_attribute AS a
    LEFT JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attidentity = '' AND a.attgenerated = ''
    ORDER BY a.attnum
"""


async def freed(owner: Connection, name: str, rule: Rule) -> Table:
    """Without checks, references and triggers: what is tried here is the policy alone."""
    for constraint in await owner.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('c', 'f')", name
    ):
        await owner.execute(f'ALTER TABLE {name} DROP CONSTRAINT "{constraint["conname"]}"')
    await owner.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    columns = await owner.fetch(_WRITTEN, name)
    case = rule.case if isinstance(rule, Own) else "filing_id"
    regions = rule.regions if isinstance(rule, Own) else ()
    for column in columns:
        if not column["in_key"]:
            await owner.execute(f"ALTER TABLE {name} ALTER COLUMN {column['name']} DROP NOT NULL")
    written = [one for one in columns if one["in_key"] or one["name"] in (*regions, case)]
    key = case or next(one["name"] for one in written if one["in_key"] and one["type"] == "text")
    return Table(name, rule, tuple((one["name"], one["type"]) for one in written), key)


@dataclass
class Session:
    """The role that serves, told what it may see; whatever it changes is undone."""

    connection: Connection
    tried: int = 0

    async def see(self, scope: Scope) -> None:
        for name, value in ((SCOPE, scope.setting), (CASES, scope.cases_setting)):
            await self.connection.execute(f"SET LOCAL {name} = {quoted(value)}")

    @asynccontextmanager
    async def undone(self, scope: Scope) -> AsyncIterator[None]:
        self.tried += 1
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            await self.see(scope)
            yield
        finally:
            await transaction.rollback()

    async def rows(self, scope: Scope, statement: str) -> int:
        """How many it reads or changes."""
        async with self.undone(scope):
            return int((await self.connection.execute(statement)).rpartition(" ")[2])

    async def is_let(self, scope: Scope, statement: str, *, before: str = "") -> bool:
        """Whether the row that the statement makes may be there."""
        async with self.undone(EVERYTHING if before else scope):
            if before:
                await self.connection.execute(before)
                await self.see(scope)
            try:
                await self.connection.execute(statement)
            except asyncpg.InsufficientPrivilegeError:
                return False
            return True


async def leaks(session: Session, table: Table, scope: Scope, row: Row) -> list[str]:
    """The statements on the row that did more, or less, than they must."""
    seen, name, of = sees(scope, row, table.rule), table.name, table.of(row)
    found = {
        "SELECT": await session.rows(scope, f"SELECT FROM {name} {of}") == seen,
        "UPDATE": await session.rows(scope, f"UPDATE {name} SET {table.key} = {table.key} {of}") == seen,
        "DELETE": await session.rows(scope, f"DELETE FROM {name} {of}") == seen,
        "INSERT": await session.is_let(scope, table.insertion(row), before=f"DELETE FROM {name} {of}") == seen,
    }
    if seen and table.region_columns:
        moved = ", ".join(f"{column} = {quoted(ELSEWHERE)}" for column in table.region_columns)
        allowed = sees(scope, Row(ELSEWHERE, row.case), table.rule)
        found["move"] = await session.is_let(scope, f"UPDATE {name} SET {moved} {of}") == allowed
    return [f"{statement} {name} {row}" for statement, as_it_must in found.items() if not as_it_must]


@pytest.fixture(params=sorted(SERVICES))
async def service(request: pytest.FixtureRequest, database: str) -> Service:
    made: Service = SERVICES[request.param]
    await migrate(owner_dsn(database), [("servicekit", files("servicekit") / "migrations"), *made.migrations])
    return made


@pytest.fixture
async def connection(service: Service, database: str) -> AsyncIterator[Connection]:
    """Told nothing, as a program that knows nothing of scopes would connect."""
    assert service.migrations
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


async def test_every_table_of_cases_has_a_policy_or_a_reason(service: Service, owner: Connection) -> None:
    protected = {row["tablename"] for row in await owner.fetch("SELECT tablename FROM pg_policies")}
    enabled = {row["relname"] for row in await owner.fetch("SELECT relname FROM pg_class WHERE relrowsecurity")}
    of_cases = await owner.fetch(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name IN ('region_code', 'region', 'filing_id', 'filing', 'seller')"
    )

    assert protected == enabled == set(PROTECTED[service.name])
    assert {row["table_name"] for row in of_cases} - protected == OPEN.get(service.name, frozenset())


async def test_no_row_leaks_and_none_is_kept_back(
    service: Service, owner: Connection, connection: Connection, tell: Tell
) -> None:
    tables = [await freed(owner, name, rule) for name, rule in PROTECTED[service.name].items()]
    for table in tables:
        for row in ROWS:
            await owner.execute(table.insertion(row))
    session = Session(connection)

    found = [
        f"{who}: {leak}"
        for table in tables
        for who, scope in SCOPES.items()
        for row in ROWS
        for leak in await leaks(session, table, scope, row)
    ]

    assert found == []
    tell(f"{service.name}: {len(tables)} tables, {session.tried} statements, no leak")


async def test_a_session_that_was_told_nothing_sees_nothing(
    service: Service, owner: Connection, connection: Connection
) -> None:
    for name, rule in PROTECTED[service.name].items():
        table = await freed(owner, name, rule)
        for row in ROWS:
            await owner.execute(table.insertion(row))
        assert await connection.fetchval(f"SELECT count(*) FROM {name}") == 0


OWNERS_STATEMENTS: Final = (
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP POLICY visible ON {table}",
    "CREATE POLICY more ON {table} USING (true)",
    "TRUNCATE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "SET SESSION AUTHORIZATION {owner}",
    "SET ROLE {owner}",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "CREATE TABLE more (id integer)",
)


async def test_who_serves_cannot_lift_a_policy(service: Service, connection: Connection) -> None:
    owner = f"{await connection.fetchval('SELECT current_user')}_owner"
    # A service without protected tables has tables all the same, and may not change those either.
    protected = next(iter(PROTECTED[service.name]), None)
    table = protected or "outbox"
    for statement in OWNERS_STATEMENTS if protected else OWNERS_STATEMENTS[2:]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement.format(table=table, owner=owner))
