"""`dualcontrol ruling` and `override`: what persons decide of a case, with who, why and until when."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import typer

from client import persons as operations
from client import screening
from client.commands.options import Code, Json, Lang, Person, Reason, ScreeningAddress, day_of
from client.commands.sheets import Manner
from client.commands.showing import SCREENING, alone
from client.rendering import acts as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import persons_service_pb2 as pb


class Comes(Enum):
    """What a ruling may come to."""

    APPROVE = "approve"
    CONDITIONAL = "conditional"
    NOT_PASS = "not_pass"  # noqa: S105  # a disposition
    PROHIBIT = "prohibit"
    RETURN = "return"
    DEFER = "defer"


OnDecision = Annotated[
    int,
    typer.Option("--decision", min=1, help="所依据的决定的序号, 见 history / the number of the decision that was read"),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="filings/{备案}/overrides/{序号} / as it was answered")]

ruling_app = typer.Typer(help="人工核定 / rulings on what the law leaves to a person", no_args_is_help=True)
override_app = typer.Typer(help="两人签署、到期自动失效的不计 / overrides that two sign", no_args_is_help=True)


@ruling_app.command(
    epilog="例 / example: dualcontrol ruling record my-project --decision 2 --disposition approve "
    "--clause 第八条 --reason 已核实 --person 甲"
)
def record(  # noqa: PLR0913  # options of a command
    code: Code,
    *,
    decision: OnDecision,
    disposition: Annotated[Comes, typer.Option("--disposition", help="结论 / what it comes to")],
    clause: Annotated[str, typer.Option("--clause", help="依据的条款 / the clause it rests on")],
    reason: Reason,
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """核定一个待人工判定的案件。 / Decide a case that waits for a person."""
    request = identified(
        pb.RecordRulingRequest(
            decision=screening.decision_name(code, decision),
            disposition=common.Disposition.Value(f"DISPOSITION_{disposition.name}"),
            person=person,
            clause=clause,
            reason=reason,
        )
    )
    manner = Manner(language, as_json, address)
    SCREENING.show_one("rulings", lambda s: operations.record_ruling(s, request), alone(rendering.rulings), manner)


@ruling_app.command("list", epilog="例 / example: dualcontrol ruling list my-project")
def list_rulings(
    code: Code, *, as_json: Json = False, language: Lang = Language.ZH, address: ScreeningAddress = None
) -> None:
    """一个备案的核定, 最新在前。 / The rulings on a filing, the newest first."""
    manner = Manner(language, as_json, address)
    SCREENING.show_all("rulings", lambda services: operations.rulings(services, code), rendering.rulings, manner)


@override_app.command(
    epilog="例 / example: dualcontrol override propose my-project --decision 2 --rule access.benchmark "
    "--reason 数据复核中 --evidence 某文件 --until 2026-12-31 --person 甲"
)
def propose(  # noqa: PLR0913  # options of a command
    code: Code,
    *,
    decision: OnDecision,
    rule: Annotated[list[str], typer.Option("--rule", help="不计的规则, 可多项 / a rule to be set aside; repeat it")],
    reason: Reason,
    evidence: Annotated[str, typer.Option("--evidence", help="证明文件 / the document it rests on")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="失效日 / first day it ends")],
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """提出不计; 另一人签署前不生效。 / Propose that rules be set aside; nothing changes before another person signs."""
    request = identified(
        pb.ProposeOverrideRequest(
            decision=screening.decision_name(code, decision),
            rules=rule,
            reason=reason,
            evidence=evidence,
            end_date=day_of(until),
            proposer=person,
        )
    )
    manner = Manner(language, as_json, address)
    SCREENING.show_one("overrides", lambda s: operations.propose(s, request), rendering.override_tree, manner)


@override_app.command(epilog="例 / example: dualcontrol override sign filings/…/overrides/1 --person 乙")
def sign(
    name: Name,
    *,
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """签署, 不得是提出人。 / Sign it; not who proposed it."""
    request = identified(pb.SignOverrideRequest(name=name, signer=person))
    manner = Manner(language, as_json, address)
    SCREENING.show_one("overrides", lambda s: operations.sign(s, request), rendering.override_tree, manner)


@override_app.command(epilog="例 / example: dualcontrol override end filings/…/overrides/1 --person 丙 --reason 已复核")
def end(
    name: Name,
    *,
    person: Person,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """提前终止, 所涉规则重新计入。 / End it before its date: the rules count again."""
    request = identified(pb.EndOverrideRequest(name=name, person=person, reason=reason))
    manner = Manner(language, as_json, address)
    SCREENING.show_one("overrides", lambda s: operations.end(s, request), rendering.override_tree, manner)


@override_app.command("list", epilog="例 / example: dualcontrol override list my-project")
def list_overrides(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="备案编号; 缺省为全部 / default: of all")] = "-",
    *,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """签署不计清单。 / Overrides by filing and number."""
    manner = Manner(language, as_json, address)
    SCREENING.show_all("overrides", lambda s: operations.overrides(s, code), rendering.overrides, manner)
