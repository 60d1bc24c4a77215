"""Reads case files. A file that is wrong gives no case at all, and everything that is wrong is said at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from capacity.domain.plan import NO_RECORD
from cases.circumstances import read_envelopes, read_levels, read_lots, read_siblings
from cases.dossiers import read_dossier
from cases.expectations import read_expectation
from cases.model import Case
from cases.plans import read_plan, read_utilisation
from cases.sheet import Problem, Sheet, sheets_of
from cases.spot import Spot
from client.documents import FileUnreadable, text_of
from client.errors import ClientError
from dossier.model import Applicant, Dossier
from kernel.regions import RegionCode
from kernel.text import Text
from statute.loader import SHIPPED_DATA, PolicyBundle, load_bundle

PROVINCE: Final = "qinghai"
NATION: Final = "national"
TITLE_CHARACTERS_MAX: Final = 150
SUFFIXES: Final = (".yaml", ".yml")

_FIELDS: Final = (
    "case", "source", "date", "province", "dossier", "regions", "lots", "plan", "utilisation", "budgets",
    "other_filings", "withdrawn", "expect",
)  # fmt: skip

DATE_MISSING: Final = Text(
    "申请日未填时必须填写: 适用该日的法规",
    "is required while the dossier states no application date: the law of this day is taken",
)
_NOTHING: Final = Dossier(project_name="", applicant=Applicant(""), region=RegionCode("000000"))
"""Stands for a dossier that is wrong, until all else was read."""

T = TypeVar("T")


@dataclass(eq=False)
class CasesWrong(ClientError):
    """All that is wrong with the files, at once."""

    problems: Sequence[Problem]


def cases_wrong(problems: Sequence[Problem]) -> CasesWrong:
    zh = "\n".join([f"案例有 {len(problems)} 处有误:", *(f"  {one.said('zh')}" for one in problems)])
    en = "\n".join([f"The cases have {len(problems)} mistakes:", *(f"  {one.said('en')}" for one in problems)])
    return CasesWrong(Text(zh, en), problems)


@cache
def policy_of(province: str) -> PolicyBundle:
    """The law that cases of the province are decided by. Raises FileNotFoundError."""
    return load_bundle(province)


def provinces() -> tuple[str, ...]:
    """Those whose law is held here."""
    folders = (folder.name for folder in SHIPPED_DATA.iterdir() if folder.is_dir())
    return tuple(sorted(name for name in folders if name != NATION))


def read_folder(folder: Path) -> list[Case]:
    """The cases of all files below a folder, by path. Raises CasesWrong, FileUnreadable when there is no case file."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES) if folder.is_dir() else []
    if not paths:
        raise FileUnreadable(Text(f"{folder}: 没有案例文件 (.yaml)", f"{folder}: there is no case file (.yaml) in it"))
    return read_files(paths)


def read_files(paths: Iterable[Path]) -> list[Case]:
    """Raises CasesWrong with every problem of every file, or FileUnreadable."""
    return read_texts((str(path), text_of(path)) for path in paths)


def read_texts(texts: Iterable[tuple[str, str]]) -> list[Case]:
    """As `read_files`, of names and contents."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for file, text in texts:
        sheets = sheets_of(file, text)
        if not sheets:
            problems.append(Problem(file, 1, "", Text("没有任何案例", "holds no case")))
        for sheet in sheets:
            case = _case(sheet) if sheet.content is not None else None
            problems.extend(sorted(sheet.problems, key=lambda problem: problem.line))
            cases.extend([case] if case is not None else [])
    if problems:
        raise cases_wrong(problems)
    return cases


def _case(sheet: Sheet) -> Case | None:
    """None once everything that is wrong is noted in the sheet."""
    found = Spot(sheet.content, "", sheet).fields(_FIELDS, required=("case", "dossier"))
    title = _read(found, "case", _title) or Text("案例", "case")
    province = _read(found, "province", _province) or PROVINCE
    policy = policy_of(province)
    decided_on = _read(found, "date", Spot.day)
    dossier = _read(found, "dossier", lambda spot: read_dossier(spot, title, policy, decided_on=decided_on))
    applied = dossier.application_date if dossier is not None else None
    if dossier is not None and applied is None and "date" not in found:
        sheet.wrong("date", DATE_MISSING)
    day = decided_on or applied or date.min
    made = Case(
        file=sheet.file,
        line=sheet.line,
        title=title,
        day=day,
        province=province,
        dossier=dossier or _NOTHING,
        source=_read(found, "source", Spot.text) or "",
        levels=_read(found, "regions", lambda spot: read_levels(spot, day)) or (),
        lots=_read(found, "lots", lambda spot: read_lots(spot, policy)) or (),
        plan=_read(found, "plan", read_plan) or NO_RECORD,
        utilisation=_read(found, "utilisation", read_utilisation) or (),
        envelopes=_read(found, "budgets", lambda spot: read_envelopes(spot, (applied or day).year)) or (),
        siblings=_read(found, "other_filings", read_siblings) or (),
        withdrawn=_read(found, "withdrawn", Spot.yes_no) or False,
        expect=_read(found, "expect", lambda spot: read_expectation(spot, policy)),
    )
    return None if sheet.problems else made


def _read(found: Mapping[str, Spot], key: str, read: Callable[[Spot], T | None]) -> T | None:
    return read(found[key]) if key in found else None


def _title(spot: Spot) -> Text | None:
    """One text for both languages, or `{zh: ..., en: ...}`."""
    if isinstance(spot.value, dict):
        found = spot.fields(("zh", "en"), required=("zh", "en"))
        zh, en = _read(found, "zh", Spot.text), _read(found, "en", Spot.text)
    else:
        zh = en = spot.text()
    if zh is None or en is None:
        return None
    if max(len(zh), len(en)) > TITLE_CHARACTERS_MAX:
        spot.wrong(f"超过 {TITLE_CHARACTERS_MAX} 字", f"is longer than {TITLE_CHARACTERS_MAX} characters")
        return None
    return Text(zh, en)


def _province(spot: Spot) -> str | None:
    return spot.word({name: name for name in provinces()})
