"""What a draft of the law would change: how many decisions and which, and what it means for each budget."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Styled

from client.rendering.explain import HASH_CHARACTERS
from client.rendering.tables import reason_of, table, tce
from client.rendering.words import Language, disposition_text, outcome_text, said
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from kernel.text import Text

UNDECIDED: Final = Text("尚无决定", "none yet")
OTHERWISE: Final = Text("认定不同", "other findings")

_COUNTS: Final = (Text("现行", "now"), Text("草案", "under the draft"), Text("决定数", "decisions"))
_CHANGED: Final = (
    Text("备案", "filing"), Text("项目", "project"), Text("地区", "region"), Text("现行", "now"),
    Text("草案", "under the draft"), Text("因", "because"), Text("须占用 (tce)", "asks for (tce)"),
    Text("将释放 (tce)", "gives back (tce)"),
)  # fmt: skip
_EFFECTS: Final = (
    Text("地区", "region"), Text("年份", "year"), Text("须占用 (tce, 当量)", "asked for (tce, calorific)"),
    Text("将释放 (tce, 当量)", "given back (tce, calorific)"),
)  # fmt: skip

_Word = tuple[common.Outcome.ValueType, common.Disposition.ValueType]


@dataclass
class Simulated:
    """All that was told so far; of the changed decisions only the first `limit` are kept."""

    limit: int
    looked_at: int = 0
    total: int = 0
    counts: Counter[tuple[_Word, _Word]] = field(default_factory=Counter)
    changed: list[pb.ChangedDecision] = field(default_factory=list)
    effects: list[pb.BudgetEffect] = field(default_factory=list)
    bundle_hash: str = ""

    def take(self, answer: pb.SimulatePolicyResponse) -> None:
        self.looked_at, self.total = answer.looked_at, answer.total
        for one in answer.changed:
            before, after = (one.outcome_before, one.disposition_before), (one.outcome_after, one.disposition_after)
            self.counts[before, after] += 1
            if len(self.changed) < self.limit:
                self.changed.append(one)
        self.effects.extend(answer.effects)
        self.bundle_hash = answer.bundle_hash or self.bundle_hash


def simulated(shown: Simulated, language: Language) -> Iterator[RenderableType]:
    count = shown.counts.total()
    head = Text(
        "草案 {bundle}: 看过 {looked} 个备案, {count} 个决定将改变",
        "draft {bundle}: {looked} filings looked at, {count} decisions would change",
        bundle=shown.bundle_hash[:HASH_CHARACTERS], looked=shown.looked_at, count=count,
    )  # fmt: skip
    yield Styled(said(head, language), style="bold")
    if not count:
        return
    yield ""
    yield _counts(shown, language)
    if shown.changed:
        yield ""
        yield table(_CHANGED, [_changed(one, language) for one in shown.changed], language)
    if count > len(shown.changed):
        more = Text("… 另有 {more} 个 (--limit)", "… and {more} more (--limit)", more=count - len(shown.changed))
        yield Styled(said(more, language), style="dim")
    if shown.effects:
        yield ""
        yield table(_EFFECTS, [_effect(one) for one in shown.effects], language)


def _counts(shown: Simulated, language: Language) -> Table:
    rows = [
        (_word(*before, language=language), _after(before, after, language), str(count))
        for (before, after), count in shown.counts.most_common()
    ]
    return table(_COUNTS, rows, language)


def _after(before: _Word, after: _Word, language: Language) -> str:
    """The same word may rest on other findings."""
    word = _word(*after, language=language)
    return word if before != after else f"{word} ({said(OTHERWISE, language)})"


def _word(outcome: common.Outcome.ValueType, disposition: common.Disposition.ValueType, *, language: Language) -> str:
    if outcome == common.OUTCOME_UNSPECIFIED:
        return said(UNDECIDED, language)
    words = (said(outcome_text(outcome), language), said(disposition_text(disposition), language))
    return " · ".join(dict.fromkeys(words))


def _changed(one: pb.ChangedDecision, language: Language) -> tuple[str, ...]:
    return (
        one.filing,
        one.project_name,
        one.region_code,
        _word(one.outcome_before, one.disposition_before, language=language),
        _word(one.outcome_after, one.disposition_after, language=language),
        reason_of(one.reasons, [], language),
        tce(one.asks_kgce_calorific) if one.asks_kgce_calorific else "",
        tce(one.gives_back_kgce_calorific) if one.gives_back_kgce_calorific else "",
    )


def _effect(one: pb.BudgetEffect) -> tuple[str, ...]:
    return one.region_code, str(one.year), tce(one.asked_kgce_calorific), tce(one.given_back_kgce_calorific)
