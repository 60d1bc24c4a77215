"""`dualcontrol statute facts | rules | products | standards`: what the law has, for whoever files or writes law."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

import typer
from rich.console import RenderableType

from client.commands.law_folders import QINGHAI, Data, Province, loaded
from client.commands.options import Json, Lang
from client.commands.running import Exit, console, print_json, run
from client.rendering import law
from client.rendering.words import Language, said
from kernel.text import Text
from statute.access.law import AccessStandard
from statute.bundle import PolicyBundle
from statute.finding import Citation, Disposition
from statute.law import CatalogueProduct, FactDefinition, Industry, RuleText

Word = Annotated[str, typer.Argument(metavar="WORD", help="只列含此词的条目 / only those that contain the word")]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Thing]):
    """`written` is the thing for machines; the word asked for is looked for in it."""

    name: str
    about: str
    example: str
    of: Callable[[PolicyBundle], Iterable[Thing]]
    written: Callable[[Thing], Mapping[str, Any]]
    shown: Callable[[list[Thing], Language], Iterable[RenderableType]]


def add_to(app: typer.Typer) -> None:
    for listing in (FACTS, RULES, PRODUCTS, STANDARDS):
        _add(app, listing)


def _add(app: typer.Typer, listing: Listing[Any]) -> None:
    @app.command(listing.name, help=listing.about, epilog=f"例 / example: dualcontrol statute {listing.example}")
    def command(
        word: Word = "",
        *,
        data: Data = None,
        province: Province = QINGHAI,
        as_json: Json = False,
        language: Lang = Language.ZH,
    ) -> None:
        async def work() -> Exit:
            things = [one for one in listing.of(loaded(province, data)) if contains(listing.written(one), word)]
            if not things and not as_json:
                console(stderr=True).print(said(Text(f"没有含“{word}”的条目", f"Nothing contains {word!r}"), language))
            elif as_json:
                print_json({listing.name: [listing.written(one) for one in things]})
            else:
                for part in listing.shown(things, language):
                    console().print(part)
            return Exit.DONE if things else Exit.NOT_FOUND

        run(work, language=language, as_json=as_json)


def contains(written: Any, word: str) -> bool:
    """Whether a value anywhere in it has the word, whatever its case."""
    if isinstance(written, Mapping):
        return any(contains(value, word) for value in written.values())
    if isinstance(written, list):
        return any(contains(value, word) for value in written)
    return word.casefold() in str(written).casefold()


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _fact(fact: FactDefinition) -> dict[str, Any]:
    words = {word: _text(name) for word, name in fact.words.items()}
    title = _text(fact.title)
    return {"id": fact.id, "of": fact.of, "title": title, "holds": fact.holds, "unit": fact.unit, "words": words}


def _rule(rule: RuleText) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": _text(rule.title),
        "on_holds": _word(rule.on_holds),
        "on_fails": _word(rule.on_fails),
        "on_unknown_input": _word(rule.on_unknown_input),
        "on_unknown_figure": _word(rule.on_unknown_figure),
        "clauses": [_clause(clause) for clause in rule.clauses],
    }


def _word(disposition: Disposition | None) -> str | None:
    return None if disposition is None else disposition.value


def _clause(clause: Citation) -> dict[str, Any]:
    until = None if clause.until is None else clause.until.isoformat()
    begins = clause.in_force_from.isoformat()
    law_of_it = {"document": clause.document, "article": clause.article}
    return {"from": begins, "until": until, **law_of_it, "verification": clause.verification, "kind": clause.kind}


def _products(bundle: PolicyBundle) -> Iterator[tuple[Industry, CatalogueProduct]]:
    """Of the newest edition of the catalogue."""
    for industry in bundle.catalogues[-1].industries if bundle.catalogues else ():
        yield from ((industry, product) for product in industry.products)


def _product(of_industry: tuple[Industry, CatalogueProduct]) -> dict[str, Any]:
    industry, product = of_industry
    asked = product.condition
    return {
        "id": product.id,
        "name": _text(product.name),
        "standing": product.standing.value,
        "industry": industry.id,
        "industry_name": _text(industry.name),
        "classes": list(product.classes),
        "condition": None if asked is None else {"fact": asked.fact, "equals": asked.equals},
    }


def _standard(standard: AccessStandard) -> dict[str, Any]:
    return {
        "id": standard.id,
        "title": _text(standard.title),
        "unit": standard.unit,
        "metric": _text(standard.metric),
        "products": list(standard.products),
    }


FACTS: Final = Listing(
    name="facts",
    about="申报可填的事实: 编号、填法。 / What rules ask beyond the dossier's own fields, and how it is stated.",
    example="facts 等级",
    of=lambda bundle: bundle.facts.values(),
    written=_fact,
    shown=lambda things, language: [law.facts(things, language)],
)
RULES: Final = Listing(
    name="rules",
    about="全部规则: 各种结果导致什么, 依据哪些条款。 / Every rule: what each verdict leads to, and its clauses.",
    example="rules access",
    of=lambda bundle: bundle.rules.values(),
    written=_rule,
    shown=law.rules,
)
PRODUCTS: Final = Listing(
    name="products",
    about="两高目录的产品: 编号、名称、目录地位。 / Products of the two-high catalogue: ids, names, standing.",
    example="products 铝",
    of=_products,
    written=_product,
    shown=lambda things, language: [law.products(things, language)],
)
STANDARDS: Final = Listing(
    name="standards",
    about="能效准入标准: 编号、单位、指标、产品。 / Access standards: ids, units, metrics, products.",
    example="standards 熟料",
    of=lambda bundle: bundle.access_standards.values(),
    written=_standard,
    shown=lambda things, language: [law.standards(things, language)],
)
