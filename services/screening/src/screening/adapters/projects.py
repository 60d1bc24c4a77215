"""Projects in PostgreSQL: what they are found by is written with the case, and searched within bounds."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import asyncpg

from access.scopes import Scope
from kernel.regions import RegionCode, code_prefix
from screening.application.projects import Found
from screening.domain.case import Case
from screening.domain.facts import FilingFact, FilingId
from screening.domain.projects import Conditions, Listed, Rank, comparable, pairs, sought
from servicekit.storage.database import Connection
from statute.finding import Disposition, Outcome, Verdict

LOOKED_AT_MAX: Final = 10_000
"""So many projects are looked at, in order, for one page."""
MEANT_MAX: Final = 10_000
"""Words that mean more projects than so many are common enough to be met by looking in order."""
MEANT_MILLISECONDS_MAX: Final = 150

_CODE: Final = re.compile(r"[0-9a-z-]{3,63}", re.ASCII)
_LEVELS: Final = {4: "prefecture", 6: "region_code"}
"""By the digits of a code that are told: the column that leads to a region, in the list's order."""

_KEEP: Final = (
    "INSERT INTO project (filing_id, region_code, display_name, owner_name, credit_code, project_code, industry_codes, "
    "document, sought, pairs) SELECT filing_id, region_code, display_name, owner_name, credit_code, project_code, "
    "string_to_array(industry_codes, ' '), document, sought, string_to_array(pairs, ' ') "
    "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], "
    "$9::text[], $10::text[]) AS row (filing_id, region_code, display_name, owner_name, credit_code, project_code, "
    "industry_codes, document, sought, pairs) ON CONFLICT (filing_id) DO UPDATE SET (region_code, display_name, "
    "owner_name, credit_code, project_code, industry_codes, document, sought, pairs) = (excluded.region_code, "
    "excluded.display_name, excluded.owner_name, excluded.credit_code, excluded.project_code, excluded.industry_codes, "
    "excluded.document, excluded.sought, excluded.pairs)"
)
_COLUMNS: Final = (
    "c.filing_id, c.region_code, c.application_date, c.annual_kgce, c.two_high, c.outcome, c.disposition, "
    "c.decision_number, c.moved_time, c.versions, c.settled, p.display_name, p.owner_name, p.credit_code, "
    "p.project_code, p.industry_codes"
)


async def keep_names(connection: Connection, cases: Mapping[FilingId, tuple[Case, Case]]) -> None:
    """Of each case, as it was and as it is: what it is found by, when that is another now."""
    rows = [
        _names(after.filing, after)
        for before, after in cases.values()
        if after.filing is not None and (before.filing != after.filing or before.opinion != after.opinion)
    ]
    if rows:
        await connection.execute(_KEEP, *[list(column) for column in zip(*rows, strict=True)])


def _names(filing: FilingFact, case: Case) -> tuple[str, ...]:
    names = sought(filing)
    return (
        case.filing_id,
        filing.region,
        filing.project_name,
        filing.owner_name,
        filing.credit_code,
        filing.project_code,
        " ".join(filing.industry_codes),
        "" if case.opinion is None else case.opinion.document,
        "\n".join(names),
        " ".join(dict.fromkeys(pair for name in names for pair in pairs(name))),
    )


class PostgresProjects:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, conditions: Conditions, scope: Scope, after: Rank | None, size: int) -> Found:
        places = sorted(_places(conditions, scope))
        if not places:
            return Found((), None)
        several = len(places) > 1
        # Each place through the index that leads to it: where none leads, it is not known how far one has to look.
        ways = [_Asked(conditions, scope, [place], after, several=several) for place in places]
        found = _merged([await self._met(way, size) for way in ways], size, by_day=conditions.by_application_date)
        if found.after is None or len(found.projects) >= size or len(ways[0].part) <= 1:
            return found
        whole = await self._meant(_Asked(conditions, scope, places, after, several=several), size)
        return found if whole is None else whole

    async def _met(self, asked: "_Asked", size: int) -> Found:
        """By looking in order."""
        within = f"SELECT * FROM screening_case AS c WHERE {asked.within} {asked.ordered} LIMIT {LOOKED_AT_MAX}"  # noqa: S608  # parts of ours
        found = await self._rows(asked, f"({within})", size)
        if len(found) > size:
            return _page(found[:size], asked, more=True)
        last = await self._connection.fetchrow(
            f"SELECT c.moved_time, c.application_date, c.filing_id FROM screening_case AS c WHERE {asked.within} "  # noqa: S608  # parts of ours
            f"{asked.ordered} OFFSET {LOOKED_AT_MAX - 1} LIMIT 1",
            *asked.values_within,
        )
        if last is None:
            return _page(found, asked, more=False)
        return Found([_listed(row) for row in found], asked.rank(last))

    async def _rows(self, asked: "_Asked", source: str, size: int) -> list[asyncpg.Record]:
        return await self._connection.fetch(
            f"SELECT {_COLUMNS} FROM {source} AS c LEFT JOIN project AS p ON p.filing_id = c.filing_id "  # noqa: S608  # parts of ours
            f"WHERE {asked.conditions} {asked.ordered} LIMIT {size + 1}",
            *asked.values,
        )

    async def _meant(self, asked: "_Asked", size: int) -> Found | None:
        """By the index of names and codes; None when the words mean too many to look at them all."""
        try:
            async with self._connection.transaction():
                await self._connection.execute(f"SET LOCAL statement_timeout = {MEANT_MILLISECONDS_MAX}")
                filings = await self._connection.fetch(
                    "SELECT projects_meant($1, $2, $3, $4, $5) AS filing_id",
                    list(pairs(asked.part)), asked.part, asked.code, asked.document, MEANT_MAX,
                )  # fmt: skip
                if len(filings) >= MEANT_MAX:
                    return None
                meant = asked.number([row["filing_id"] for row in filings])
                source = f"(SELECT * FROM screening_case WHERE filing_id = ANY ({meant}::text[]))"  # noqa: S608  # a place
                found = await self._rows(asked, source, size)
        except asyncpg.QueryCanceledError:
            return None
        return _page(found[:size], asked, more=len(found) > size)


class _Asked:
    """The conditions as SQL: `within` is what an index in the list's order leads through, `conditions` all of them.

    It is asked of `places` alone; `several`: there are others that the caller sees.
    """

    def __init__(
        self, conditions: Conditions, scope: Scope, places: Sequence[str], after: Rank | None, *, several: bool
    ) -> None:
        self.values: list[object] = []
        self.part = comparable(conditions.query)
        self.code = self.part if _CODE.fullmatch(self.part) else ""
        self.document = conditions.query
        self._wanted = conditions
        self._at = "application_date" if conditions.by_application_date else "moved_time"
        self.ordered = f"ORDER BY c.{self._at} DESC, c.filing_id DESC"
        self.within = " AND ".join([*self._led(scope, places, several=several), *self._after(after)]) or "true"
        self.values_within = tuple(self.values)
        self.conditions = " AND ".join([self.within, *self._others()])

    def number(self, value: object) -> str:
        """The value's place in the statement."""
        self.values.append(value)
        return f"${len(self.values)}"

    def rank(self, row: asyncpg.Record) -> Rank:
        return Rank(row[self._at], FilingId(row["filing_id"]))

    def _led(self, scope: Scope, places: Sequence[str], *, several: bool) -> list[str]:
        if not scope.prefixes:
            return [f"c.filing_id = ANY ({self.number(sorted(scope.cases))}::text[])"]
        if len(places) == 1 and len(places[0]) in _LEVELS:
            return [self._lies_in(places[0])]
        lies = [f"({' OR '.join(map(self._lies_in, places))})"] if several else []
        if self._wanted.by_application_date:
            return [*self._days(), *lies]
        return [*self._decided("disposition", self._wanted.disposition), *lies]

    def _lies_in(self, place: str) -> str:
        column = _LEVELS.get(len(place))
        return f"c.{column} = {self.number(place)}" if column else f"c.region_code ^@ {self.number(place)}"

    def _after(self, rank: Rank | None) -> list[str]:
        if rank is None:
            return []
        return [f"(c.{self._at}, c.filing_id) < ({self.number(rank.at)}, {self.number(rank.filing)})"]

    def _days(self) -> list[str]:
        days = (
            ("c.application_date >= ", self._wanted.applied_from),
            ("c.application_date < ", self._wanted.applied_until),
        )
        return [said + self.number(day) for said, day in days if day is not None]

    def _decided(self, column: str, word: Outcome | Disposition | None) -> list[str]:
        if self._wanted.undecided:
            return [f"c.{column} = ''"]
        return [] if word is None else [f"c.{column} = {self.number(word.value)}"]

    def _others(self) -> list[str]:
        wanted = self._wanted
        said = [
            *self._days(),
            *self._decided("outcome", wanted.outcome),
            *self._decided("disposition", wanted.disposition),
        ]
        if wanted.region is not None:
            said.append(f"c.region_code ^@ {self.number(code_prefix(wanted.region))}")
        if wanted.query:
            words = ", ".join(map(self.number, (self.part, self.code, self.document)))
            said.append(f"project_meant(p, {words})")
        return said


def _places(conditions: Conditions, scope: Scope) -> frozenset[str]:
    """Beginnings of the codes of the regions where somebody who sees that much can find anything."""
    asked = code_prefix(conditions.region) if conditions.region else ""
    if scope.cases:
        return frozenset({asked})
    seen = (prefix for prefix in scope.prefixes if prefix.startswith(asked) or asked.startswith(prefix))
    return frozenset(max(prefix, asked, key=len) for prefix in seen)


def _merged(met: Sequence[Found], size: int, *, by_day: bool) -> Found:
    """Of pages from several places one, as far down as all of them reach."""

    def rank(one: Listed) -> Rank:
        return Rank((one.application_date or date.max) if by_day else one.moved_at, one.filing)

    ends = [one.after for one in met if one.after is not None]
    reached = max(ends, key=_order, default=None)
    listed = sorted((one for page in met for one in page.projects), key=lambda one: _order(rank(one)), reverse=True)
    sure = [one for one in listed if reached is None or _order(rank(one)) >= _order(reached)]
    return Found(sure[:size], rank(sure[size - 1])) if len(sure) > size else Found(sure, reached)


def _order(rank: Rank) -> tuple[Any, str]:
    """All of a list are ranked by instants, or all by days."""
    return rank.at, rank.filing


def _page(rows: list[asyncpg.Record], asked: _Asked, *, more: bool) -> Found:
    return Found([_listed(row) for row in rows], asked.rank(rows[-1]) if more else None)


def _listed(row: asyncpg.Record) -> Listed:
    versions: list[int] = row["versions"]
    revision, withdrawal = [*versions, 0, 0][:2]
    return Listed(
        filing=FilingId(row["filing_id"]),
        display_name=row["display_name"] or "",
        owner_name=row["owner_name"] or "",
        credit_code=row["credit_code"] or "",
        project_code=row["project_code"] or "",
        industry_codes=tuple(row["industry_codes"] or ()),
        region=RegionCode(row["region_code"]) if row["region_code"] else None,
        application_date=None if row["application_date"] == date.max else row["application_date"],
        annual_kgce=row["annual_kgce"],
        two_high=Verdict(row["two_high"]) if row["two_high"] else None,
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        disposition=Disposition(row["disposition"]) if row["disposition"] else None,
        decision=row["decision_number"],
        moved_at=row["moved_time"],
        revision=revision,
        withdrawn=withdrawal > 0,
        settled=row["settled"],
    )
