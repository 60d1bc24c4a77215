"""`dualcontrol submit`: files projects."""

import typer

from client import operations
from client.commands.options import Files, FilingAddress, Json, Lang
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.rendering.tables import submissions
from client.rendering.words import Language
from dualcontrol.filing.v1 import filing_service_pb2 as pb

SUBMISSIONS = Sheet(pb.SubmitFilingRequest, "filing", operations.submit_filing, submissions)

EXAMPLES = """
\b
例 / examples:
  dualcontrol submit project.yaml
  dualcontrol submit a.yaml b.json --json | jq 'select(.error)'

\b
条目 / an entry (SubmitFilingRequest in filing_service.proto):
  filing_id: my-project   # 无项目代码时必填 / when there is no project code
  dossier:
    project_name: 年产2万吨再生铝项目
    applicant: {name: 某公司}
    region_code: "630121"
"""


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(submit)


def submit(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: FilingAddress = None) -> None:
    """提交备案; 一项被拒绝时继续其余各项, 最后以非零码退出。 / File projects; goes on after a refused one.

    未写 request_id 的条目, 其 request_id 由内容的 SHA-256 得出 (UUID 第4版的形式):
    重复运行同一命令不会重复备案。文件有误时什么也不发送。修改已有备案用 dualcontrol amend。

    An entry without a request_id gets one made from its content (SHA-256, in the form of a UUID version 4): running the
    command again files nothing twice. When a file is wrong, nothing is sent. --json: one object a line, with `answer`
    or `error`. To change a filing that exists: dualcontrol amend.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(SUBMISSIONS, files, manner), language=language, as_json=as_json)
