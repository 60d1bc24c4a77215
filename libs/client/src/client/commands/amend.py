"""`dualcontrol amend` and `dualcontrol withdraw`: change a filing that stands, or end it."""

from pathlib import Path
from typing import Annotated

import typer

from client import operations
from client.amending import amend_newest, amendment
from client.commands.options import Code, FilingAddress, Json, Lang
from client.commands.running import Exit, console, message_json, print_json, run
from client.connections import Services
from client.entries import read_entry
from client.rendering.tables import filings
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.filing.v1 import filing_service_pb2 as pb

AMEND_EXAMPLES = """
\b
例 / examples:
  dualcontrol amend 2605-632221-04-01-900064 project.yaml
  dualcontrol amend my-project project.yaml --base-revision 2
  dualcontrol amend my-project project.yaml --json | jq .revision

\b
条目与 submit 相同 / the entry is the one of submit:
  filing_id: my-project   # 可省略; 写明时须与 CODE 一致 / optional; if stated, it is CODE
  dossier:
    project_name: 年产2万吨再生铝项目
    applicant: {name: 某公司}
    region_code: "630121"
"""

WITHDRAW_EXAMPLES = """
\b
例 / examples:
  dualcontrol withdraw my-project --reason 建设单位终止项目
  dualcontrol withdraw my-project --reason 建设单位终止项目 --json | jq .state
"""

EntryFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="YAML 或 JSON, 恰好一项 / YAML or JSON, exactly one entry")
]
BaseRevision = Annotated[
    int | None,
    typer.Option("--base-revision", min=1, help="修改所依据的版本, 缺省为最新 / the revision amended; default: newest"),
]
Reason = Annotated[str, typer.Option("--reason", help="撤回原因, 存档, 至多 500 字 / why, for the record")]


def add_to(app: typer.Typer) -> None:
    app.command(epilog=AMEND_EXAMPLES)(amend)
    app.command(epilog=WITHDRAW_EXAMPLES)(withdraw)


def amend(
    code: Code,
    file: EntryFile,
    *,
    base_revision: BaseRevision = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: FilingAddress = None,
) -> None:
    """用 FILE 中的申报内容替换现有备案, 生成新版本。 / Replace a filing's dossier by the one in FILE: a new revision.

    整份替换: FILE 未写的字段即为未填报。不写 --base-revision 时以最新版本为依据; 写明时, 若其间已有他人修订,
    则拒绝 (REVISION_CONFLICT), 什么也不改。重复运行同一命令不会重复修订; 条目中的 request_id 只用于 submit。

    The whole dossier is replaced: what FILE leaves out is no longer stated. Without --base-revision the newest revision
    is amended; with it, the amendment is refused (REVISION_CONFLICT) when somebody amended in between. Running the
    command again amends nothing twice; a request_id in the entry is for submit only.
    """

    async def work() -> Exit:
        entry = read_entry(file, pb.SubmitFilingRequest)
        request = amendment(code, entry)
        async with Services({"filing": address}) as services:
            if base_revision is None:
                amended = await amend_newest(services, request)
            else:
                request.base_revision = base_revision
                amended = await operations.amend_filing(services, identified(request))
        _show(amended, language=language, as_json=as_json)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


def withdraw(
    code: Code, *, reason: Reason, as_json: Json = False, language: Lang = Language.ZH, address: FilingAddress = None
) -> None:
    """永久撤回备案, 释放其占用; 不可恢复。 / Withdraw a filing for good; its holds are released.

    以同样的原因重复运行, 得到同样的答复。 / Running it again with the same reason gives the same answer.
    """

    async def work() -> Exit:
        request = identified(pb.WithdrawFilingRequest(name=f"filings/{code}", reason=reason))
        async with Services({"filing": address}) as services:
            withdrawn = await operations.withdraw_filing(services, request)
        _show(withdrawn, language=language, as_json=as_json)
        return Exit.DONE

    run(work, language=language, as_json=as_json)


def _show(filing: pb.Filing, *, language: Language, as_json: bool) -> None:
    if as_json:
        print_json(message_json(filing))
    else:
        console().print(filings([filing], language))
