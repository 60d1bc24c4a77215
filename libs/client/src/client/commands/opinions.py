"""`dualcontrol opinion`: the opinion on a screened filing, drafted by one person and signed by another."""

from datetime import datetime
from typing import Annotated

import typer

from client import opinions as operations
from client.commands.options import Files, Json, Lang, Reason, ReviewAddress, Signers, day_of
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import REVIEW
from client.rendering import opinions as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.review.v1 import opinion_service_pb2 as pb

DRAFTS = Sheet(pb.DraftOpinionRequest, "review", operations.draft, rendering.drafted)

Name = Annotated[str, typer.Argument(metavar="NAME", help="filings/{备案}/opinions/{序号} / as it was answered")]
Asked = Annotated[
    str, typer.Argument(metavar="NAME|CODE", help="一份意见, 或一个备案的最新意见 / one, or the newest on a filing")
]

DRAFT = """
\b
例 / example: dualcontrol opinion draft opinion.yaml

\b
条目 / an entry (DraftOpinionRequest in opinion_service.proto):
  decision: filings/my-project/decisions/3
  result: OPINION_RESULT_PASS
  text: 原则同意该项目节能报告
  conditions: [年综合能源消费量不超过报告值]
  drafter: 甲
"""

app = typer.Typer(help="节能审查意见: 拟稿、退回、签发、撤销、开工 / opinions", no_args_is_help=True)


@app.command(epilog=DRAFT)
def draft(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: ReviewAddress = None) -> None:
    """拟写意见 (DraftOpinionRequest)。 / Draft opinions on current decisions.

    同一内容重复运行得到同一拟稿; 退回后以同样内容重新拟写, 请自拟 request_id。

    The same content gives the same draft again. To draft the same anew after it was sent back, write a request_id.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(DRAFTS, files, manner), language=language, as_json=as_json)


@app.command(
    "return", epilog="例 / example: dualcontrol opinion return filings/…/opinions/1 --reviewer 丙 --reason 补充措施"
)
def send_back(
    name: Name,
    *,
    reviewer: Annotated[str, typer.Option("--reviewer", help="退回人 / who sends it back")],
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ReviewAddress = None,
) -> None:
    """退回拟稿。 / Send a draft back to its drafter."""
    request = identified(pb.ReturnOpinionRequest(name=name, reviewer=reviewer, reason=reason))
    manner = Manner(language, as_json, address)
    REVIEW.show_one("opinions", lambda s: operations.send_back(s, request), rendering.opinion_tree, manner)


@app.command(epilog="例 / example: dualcontrol opinion issue filings/…/opinions/1 --signer 乙 --document 某文号")
def issue(
    name: Name,
    *,
    signer: Annotated[str, typer.Option("--signer", help="签发人, 不得是拟稿人 / not who drafted it")],
    document: Annotated[str, typer.Option("--document", help="文号 / number of the document")],
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ReviewAddress = None,
) -> None:
    """签发: 占用的能耗和产能转为已使用。 / Sign a draft: what is held for the project is used for good."""
    request = identified(pb.IssueOpinionRequest(name=name, signer=signer, document=document))
    manner = Manner(language, as_json, address)
    REVIEW.show_one("opinions", lambda s: operations.issue(s, request), rendering.opinion_tree, manner)


@app.command(
    epilog="例 / example: dualcontrol opinion revoke filings/…/opinions/1 --signer 甲 --signer 乙 --reason 数据有误"
)
def revoke(
    name: Name,
    *,
    signer: Signers,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ReviewAddress = None,
) -> None:
    """由两人撤销有效意见。 / Let two persons take an opinion back."""
    request = identified(pb.RevokeOpinionRequest(name=name, signers=signer, reason=reason))
    manner = Manner(language, as_json, address)
    REVIEW.show_one("opinions", lambda s: operations.revoke(s, request), rendering.opinion_tree, manner)


@app.command(epilog="例 / example: dualcontrol opinion start filings/…/opinions/1 --day 2026-09-01 --evidence 开工报告")
def start(
    name: Name,
    *,
    day: Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="开工日 / day of the start")],
    evidence: Annotated[str, typer.Option("--evidence", help="证明材料 / what proves it")],
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ReviewAddress = None,
) -> None:
    """登记开工: 意见不再自动失效。 / Record that construction started: the opinion holds on."""
    request = identified(pb.RecordConstructionStartRequest(name=name, start_date=day_of(day), evidence=evidence))
    manner = Manner(language, as_json, address)
    REVIEW.show_one("opinions", lambda s: operations.record_start(s, request), rendering.opinion_tree, manner)


@app.command(epilog="例 / example: dualcontrol opinion show my-project")
def show(asked: Asked, *, as_json: Json = False, language: Lang = Language.ZH, address: ReviewAddress = None) -> None:
    """一份意见的全文和状态。 / All that an opinion says, and what became of it."""
    name = asked if "/" in asked else f"filings/{asked}/opinions/newest"
    manner = Manner(language, as_json, address)
    REVIEW.show_one("opinions", lambda s: operations.opinion(s, name), rendering.opinion_tree, manner)


@app.command("list", epilog="例 / example: dualcontrol opinion list --filing my-project")
def list_opinions(
    *,
    filing: Annotated[str, typer.Option("--filing", help="备案编号; 缺省为全部 / default: of all")] = "-",
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ReviewAddress = None,
) -> None:
    """意见清单, 不含全文。 / Opinions by filing and number, without their texts."""
    asked = pb.ListOpinionsRequest(parent=f"filings/{filing}")
    manner = Manner(language, as_json, address)
    REVIEW.show_all("opinions", lambda s: operations.opinions(s, asked), rendering.opinions, manner)
