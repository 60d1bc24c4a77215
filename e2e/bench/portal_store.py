"""A province's projects made by number and copied into the services' tables: what the lists of the portal read."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import asyncpg

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.domain.projects import comparable, pairs
from servicekit.wire import date_to_wire, instant_to_wire
from statute.loader import load_bundle

BATCH: Final = 5_000
SEED: Final = 1
BEGINS: Final = datetime(2020, 1, 1, tzinfo=UTC)
APART_SECONDS: Final = 200
DAYS: Final = 2_500
PLACES: Final = (
    "西宁", "海东", "海西", "格尔木", "德令哈", "玉树", "果洛", "黄南", "海南", "海北", "大通", "湟中", "乐都", "民和",
    "互助",
)  # fmt: skip
TRADES: Final = (
    "盐湖", "铝业", "硅业", "镁业", "能源", "化工", "钢铁", "建材", "水泥", "云谷", "光伏", "电力", "矿业", "碳素",
    "铁合金", "玻璃",
)  # fmt: skip
GOODS: Final = (
    "电解铝", "工业硅", "多晶硅", "硅铁", "铁合金", "水泥熟料", "平板玻璃", "甲醇", "纯碱", "数据中心", "光伏玻璃",
    "炼钢", "碳化硅", "尿素", "焦化",
)  # fmt: skip
COUNTIES: Final = {
    "630104": 20, "630121": 10, "630202": 15, "630222": 10, "632221": 4, "632321": 3, "632521": 5, "632621": 2,
    "632701": 3, "632801": 18, "632802": 8, "632803": 2,
}  # fmt: skip
"""How many of a hundred are built where."""
DECIDED: Final = {
    "approve": ("approve", 30), "conditional": ("approve", 5), "defer": ("defer", 20), "restrict": ("defer", 15),
    "return": ("defer", 10), "manual": ("defer", 8), "prohibit": ("block", 1), "not_pass": ("block", 1), "": ("", 10),
}  # fmt: skip
"""Of each disposition the outcome, and how many of a hundred have it; of the last nothing is decided."""
QUEUED: Final = frozenset({"defer", "restrict"})
CASE: Final = (
    "filing_id", "region_code", "application_date", "versions", "reservation", "decision_number", "decision_content",
    "decision_says", "outcome", "disposition", "moved_time", "annual_kgce", "two_high",
)  # fmt: skip
PROJECT: Final = (
    "filing_id", "region_code", "display_name", "owner_name", "credit_code", "project_code", "industry_codes",
    "document", "sought", "pairs",
)  # fmt: skip
DECISION: Final = ("filing_id", "number", "decision", "attempt")
REVIEW: Final = ("filing_id", "revision", "review", "bundle_hash", "region_code", "looked_under")
DOCKET: Final = ("filing_id", "decision", "outcome", "disposition", "revision", "opinions", "version")
OPINION: Final = (
    "filing_id", "number", "decision", "disposition", "revision", "result", "text", "conditions", "drafter", "state",
    "signer", "document", "issued_on", "lapse_basis", "construction_evidence", "reason", "revokers", "version",
)  # fmt: skip
LAW: Final = load_bundle().bundle_hash
"""In force: nothing that is stored has to be looked at again."""
PAIRS: Final = "project_pairs"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Made:
    """One project: its place, what was decided, and when."""

    number: int
    filing: str
    region: str
    disposition: str
    name: str
    owner: str
    applied: date
    moved: datetime
    kgce: int
    two_high: str

    @property
    def outcome(self) -> str:
        return DECIDED[self.disposition][0]

    @property
    def is_signed(self) -> bool:
        return self.disposition == "approve"


def projects(count: int) -> Iterator[Made]:
    """The same for the same count."""
    drawn = random.Random(SEED)
    dispositions, shares = list(DECIDED), [share for _, share in DECIDED.values()]
    for number in range(count):
        region = drawn.choices(list(COUNTIES), list(COUNTIES.values()))[0]
        code = f"{drawn.randrange(2001, 2512)}-{region}-{drawn.randrange(4, 90):02d}-01-{number:06d}"
        place, trade = drawn.choice(PLACES), drawn.choice(TRADES)
        made = f"年产{drawn.randrange(1, 200)}万吨{drawn.choice(GOODS)}技术改造项目"
        yield Made(
            number=number,
            filing=code if number % 2 else f"f-{number}",
            region=region,
            disposition=drawn.choices(dispositions, shares)[0],
            name=f"虚构{place}{trade}第{number}号{made}",
            owner=f"虚构青海{drawn.choice(PLACES)}{drawn.choice(TRADES)}{drawn.randrange(9999)}有限责任公司",
            applied=(BEGINS + timedelta(days=drawn.randrange(DAYS))).date(),
            moved=BEGINS + timedelta(seconds=number * APART_SECONDS + drawn.randrange(APART_SECONDS)),
            kgce=drawn.randrange(10**8),
            two_high=drawn.choice(["holds", "fails", "unknown"]),
        )


def case_row(one: Made) -> Row:
    decided = bool(one.disposition)
    mark = one.number.to_bytes(32, "big") if decided else None
    return (
        one.filing, one.region, one.applied, [1, 0, 1, 1, 0, 0], bytes(60), int(decided), mark, mark, one.outcome,
        one.disposition, one.moved, one.kgce, one.two_high,
    )  # fmt: skip


def project_row(one: Made) -> Row:
    names = (comparable(one.name), comparable(one.owner))
    sought = list(dict.fromkeys(pair for name in names for pair in pairs(name)))
    credit, document = credit_of(one.number), f"虚构文号{one.number}号" if one.is_signed else ""
    return (
        one.filing, one.region, one.name, one.owner, credit, "", ["3216"], document, "\n".join(names), sought,
    )  # fmt: skip


def credit_of(number: int) -> str:
    return f"9163{number:014d}"


def decision_row(one: Made) -> Row:
    # What is said twice in a message counts as it was said last.
    occasion = pb.Decision(name=f"filings/{one.filing}/decisions/1", project_name=one.name, region_code=one.region)
    return (one.filing, 1, _CONTENT + occasion.SerializeToString(), 0)


def _content() -> bytes:
    waits = common.Finding(rule="targets.level", verdict=common.VERDICT_FAILS, leads_to=common.DISPOSITION_RESTRICT)
    waits.title.zh, waits.title.en = "预警等级", "warning level"
    waits.because.zh, waits.because.en = "虚构: 本地区为一级预警", "invented: the region is at level one"
    return pb.Decision(
        outcome=common.OUTCOME_DEFER,
        disposition=common.DISPOSITION_RESTRICT,
        findings=[waits],
        filing_revision=1,
        bundle_hash="0" * 64,
        decide_date=date_to_wire(BEGINS.date()),
        decide_time=instant_to_wire(BEGINS),
    ).SerializeToString()


_CONTENT: Final = _content()


def opinion_row(one: Made) -> Row:
    issued = one.number % 4 > 0
    signed = ("虚构签发人/signer", f"虚构文号{one.number}号", one.applied) if issued else ("", "", None)
    return (
        one.filing, 1, 1, "approve", 1, "pass", "虚构意见", [], "虚构拟稿人/drafter", "issued" if issued else "draft",
        *signed, b"", "", "", [], 1,
    )  # fmt: skip


async def fill(screening: str, review: str, count: int) -> None:
    """Copies so many projects into both databases, as their owners; the index of names is made anew at the end."""
    cases, reviews = await asyncpg.connect(screening), await asyncpg.connect(review)
    try:
        definition = await cases.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", PAIRS)
        await cases.execute(f"DROP INDEX {PAIRS}")
        for connection in (cases, reviews):
            await connection.execute("SET synchronous_commit = off")
        batch: list[Made] = []
        for one in projects(count):
            batch.append(one)
            if len(batch) == BATCH:
                await _copy(cases, reviews, batch)
                batch = []
        await _copy(cases, reviews, batch)
        await cases.execute("SET maintenance_work_mem = '1GB'")
        await cases.execute(definition)
        for connection in (cases, reviews):
            await connection.execute("VACUUM ANALYZE")
    finally:
        await cases.close()
        await reviews.close()


async def _copy(cases: Any, reviews: Any, batch: Sequence[Made]) -> None:
    signed = [one for one in batch if one.is_signed]
    tables: Sequence[tuple[Any, str, Sequence[str], list[Row]]] = (
        (cases, "screening_case", CASE, [case_row(one) for one in batch]),
        (cases, "project", PROJECT, [project_row(one) for one in batch]),
        (cases, "decision", DECISION, [decision_row(one) for one in batch if one.disposition in QUEUED]),
        (reviews, "review", REVIEW, [(one.filing, 1, b"", LAW, one.region, LAW) for one in batch]),
        (reviews, "opinion_docket", DOCKET, [(one.filing, 1, "approve", "approve", 1, 1, 1) for one in signed]),
        (reviews, "opinion", OPINION, [opinion_row(one) for one in signed]),
    )
    for connection, table, columns, rows in tables:
        await connection.copy_records_to_table(table, records=rows, columns=columns)
