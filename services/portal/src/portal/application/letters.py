"""What a decision's letter says: the decision, what it rests on, what to add or what would release the project."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from client.rendering.explain import decisive_findings
from client.rendering.findings import citation_line
from client.rendering.words import Language, disposition_text, outcome_text
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from portal.application.projects_words import missing_text, region_text

UNVERIFIED: Final = "[依据未核验]"
WAITS: Final = frozenset({common.OUTCOME_DEFER})
BY_ITSELF: Final = {
    common.DISPOSITION_RESTRICT: "所在地区预警等级改善",
    common.DISPOSITION_DEFER: "所列事由消除, 并依次轮到本项目",
}
"""What such a project waits for without doing anything."""
_LABEL: Final = re.compile(r"([^\s/]+)/[^\s/]+(?= (?:核定|提出|签署))")
_RULE: Final = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+", re.ASCII)
NUMERALS: Final = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """In Chinese, as documents of the administration are. `to` is the applicant's name."""

    title: str
    to: str
    opening: str
    sections: tuple[Section, ...]
    day: str


def letter_of(decision: screening.Decision, to: str, opinion: opinions.Opinion | None) -> Letter:
    """A deferral's letter where the decision waits, else a decision's; with the opinion that rests on it."""
    waits = decision.outcome in WAITS
    kind = "暂缓办理告知书" if waits else "筛查决定书"
    day = decision.decide_date
    number, name = decision.name.rpartition("/")[2], decision.project_name
    words = dict.fromkeys((outcome_text(decision.outcome).zh, disposition_text(decision.disposition).zh))
    opening = (
        f"你单位申报的{name} (备案编号 {decision.name.split('/')[1]}, 第 {decision.filing_revision} 版, "
        f"建设地点{region_text(decision.region_code).zh}), 经筛查于 {day.year} 年 {day.month} 月 {day.day} 日"
        f"作出第 {number} 号决定: {', '.join(words)}。"
    )
    if decision.basis_unverified:
        opening += f"本决定所依据的部分规定尚待核验, 以下以{UNVERIFIED}标明。"
    titled = (
        ("认定及依据", tuple(_findings(decision))),
        ("须补正的内容", tuple(_missing(decision))),
        ("具备下列条件之一时可予放行" if waits else "可使本项目符合要求的改进", tuple(_remedies(decision))),
        ("节能审查意见", tuple(_opinion(decision, opinion))),
        ("复核", (f"本决定由能耗双控与两高项目筛查平台依据政策包 {decision.bundle_hash[:12]} 作出, 可逐条复核。",)),
    )
    kept = [(title, paragraphs) for title, paragraphs in titled if paragraphs]
    sections = tuple(
        Section(f"{numeral}、{title}", paragraphs) for numeral, (title, paragraphs) in zip(NUMERALS, kept, strict=False)
    )
    return Letter(f"关于{name}的{kind}", to, opening, sections, f"{day.year}年{day.month}月{day.day}日")


def _findings(decision: screening.Decision) -> Iterator[str]:
    for number, one in enumerate(decisive_findings(decision), 1):
        mark = UNVERIFIED if one.basis_unverified else ""
        yield f"({number}) {one.title.zh}: {_worded(decision, one.because.zh)}{mark}"
        yield from (f"依据: {_clause(cited)}" for cited in _cited(one))


def _worded(decision: screening.Decision, because: str) -> str:
    """As an applicant reads it: persons by name, and rules by what they ask for."""
    titles = {one.rule: one.title.zh for one in decision.findings}
    return _RULE.sub(lambda found: titles.get(found[0], found[0]), _LABEL.sub(r"\1", because))


def _clause(cited: common.Citation) -> str:
    """A method's value is a word of the policy bundle and tells an applicant nothing."""
    shown = common.Citation()
    shown.CopyFrom(cited)
    if shown.kind == "method":
        shown.ClearField("value")
    return _plain(citation_line(shown, Language.ZH))


def _name(label: str) -> str:
    """A person signs with the name; what follows the stroke is for the system."""
    return label.rpartition("/")[0] or label


def _plain(words: str) -> str:
    """Without the middle dot, which the built-in font does not have."""
    return words.replace(" · ", "; ")


def _cited(one: common.Finding) -> Sequence[common.Citation]:
    """Of the finding, or where it has none itself, of the findings that it was made of."""
    return tuple(one.under) or tuple(cited for part in one.parts for cited in _cited(part))


def _missing(decision: screening.Decision) -> Iterator[str]:
    for number, field in enumerate(decision.missing, 1):
        yield f"({number}) {_plain(missing_text(field).zh)} ({field})"


def _remedies(decision: screening.Decision) -> Iterator[str]:
    texts = dict.fromkeys(remedy.text.zh for one in decisive_findings(decision) for remedy in _every_remedy(one))
    for number, text in enumerate(texts, 1):
        yield f"({number}) {text}"
    if decision.disposition in BY_ITSELF:
        yield f"({len(texts) + 1}) {BY_ITSELF[decision.disposition]}后, 平台自动重新筛查, 无须另行申报"
    elif not texts and decision.outcome in WAITS:
        yield "所列事由消除后, 平台重新筛查。"


def _every_remedy(one: common.Finding) -> Iterator[common.Remedy]:
    yield from one.remedies
    for part in one.parts:
        yield from _every_remedy(part)


def _opinion(decision: screening.Decision, opinion: opinions.Opinion | None) -> Iterator[str]:
    """Only what was issued on this very decision: a draft goes out to nobody."""
    if opinion is None or opinion.decision != decision.name or opinion.state != opinions.OPINION_STATE_ISSUED:
        return
    yield f"文号: {opinion.document}; 签发: {_name(opinion.signer)}"
    yield from (line for line in opinion.text.split("\n") if line)
    yield from (f"条件 {number}: {condition}" for number, condition in enumerate(opinion.conditions, 1))
