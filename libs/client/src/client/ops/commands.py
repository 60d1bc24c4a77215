"""`dualcontrol ops`: status, replay-dlt, rebuild, drain, backup, support-bundle."""

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer

from client.commands import readings
from client.commands.options import Json, Lang
from client.commands.running import Exit, console, print_json, run
from client.connections import STACK_FOLDER
from client.errors import ClientError
from client.ops import acting, bundle, gathering, rendering
from client.ops.cluster import Cluster, Place, connected
from client.ops.looking import Line, State, lines_of
from client.rendering.words import Language, said
from client.verifying.outside import SERVICES
from kernel.text import Text

Namespace = Annotated[str | None, typer.Option("--namespace", "-n", help="命名空间 / of Kubernetes")]
Release = Annotated[str, typer.Option("--release", help="Helm 发布名 / the Helm release")]
Kubeconfig = Annotated[str | None, typer.Option("--kubeconfig", envvar="KUBECONFIG", help="缺省 ~/.kube/config")]
ClusterContext = Annotated[str | None, typer.Option("--context", help="kubeconfig 的上下文 / of the kubeconfig")]
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metrics", metavar="[NAME=]HOST:PORT", help="单机环境: 直接读取指标 / on one machine: where metrics are"
    ),
]
Service = Annotated[str, typer.Argument(metavar="SERVICE", help=", ".join((*SERVICES, "portal")))]
Role = Annotated[str | None, typer.Option("--role", help="仅 serve、consume 或 relay / one role alone")]

NO_WORK: Final = Text("没有可显示的进程", "no process was found")

app = typer.Typer(help="运维: 状态、死信、重建、排空、备份、支持包。 / For operators.", no_args_is_help=True)
app.command("rebuild", epilog="例 / example: dualcontrol ops rebuild --from 2026-03-01 --until 2026-04-01")(
    readings.rebuild
)


@app.callback()
def where(
    context: typer.Context,
    *,
    namespace: Namespace = None,
    release: Release = "dualcontrol",
    kubeconfig: Kubeconfig = None,
    cluster: ClusterContext = None,
) -> None:
    """运维; 集群选项写在子命令之前。 / For operators. What tells the cluster comes before the command."""
    context.obj = Place(namespace, release, kubeconfig, cluster)


@app.command(epilog="例 / example: dualcontrol ops status --metrics filing=127.0.0.1:9464")
def status(
    context: typer.Context,
    *,
    metrics: Metrics = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
) -> None:
    """一览: 版本、部署、迁移、积压、待发、死信、证书、日历、备份。 / How the platform fares, at a glance.

    有异常时退出码为 1。 / It ends with 1 when something is not as it should be.
    """

    async def work() -> Exit:
        lines, _ = await _looked(context.obj, metrics or ())
        if as_json:
            print_json(bundle.as_json(lines))
        else:
            console().print(rendering.status(lines, language))
        if not lines:
            raise ClientError(NO_WORK)
        if any(one.state is State.BAD for one in lines):
            return Exit.REFUSED
        return Exit.AWAY if any(one.state is State.UNKNOWN for one in lines) else Exit.DONE

    run(work, language=language, as_json=as_json)


async def _looked(place: Place, metrics: Sequence[str]) -> tuple[list[Line], dict[str, str]]:
    """The lines, and the pages that they were read from."""
    now = time.time()
    if metrics:
        processes, pages = await gathering.of_addresses([_named(one) for one in metrics])
        return lines_of(processes, now), pages
    cluster = await asyncio.to_thread(connected, place)
    return await asyncio.to_thread(_of_cluster, cluster, now)


def _of_cluster(cluster: Cluster, now: float) -> tuple[list[Line], dict[str, str]]:
    processes, pages = gathering.of_cluster(cluster)
    return [*gathering.cluster_lines(cluster, now), *lines_of(processes, now)], pages


def _named(written: str) -> tuple[str, str]:
    """Raises ClientError."""
    name, sign, address = written.rpartition("=")
    if not address.rpartition(":")[2].isdigit():
        raise ClientError(Text("{it} 应写作 [名称=]host:port", "{it} must be written [NAME=]host:port", it=written))
    return (name if sign else address), address


@app.command("replay-dlt", epilog="例 / example: dualcontrol ops replay-dlt screening dualcontrol.review.events.v1")
def replay_dlt(
    context: typer.Context,
    service: Service,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="死信回到的主题 / the topic that they go back to")],
    *,
    language: Lang = Language.ZH,
) -> None:
    """以任务重放一个服务搁置的死信。 / Send a service's dead letters back, as a Job in the cluster.

    单机环境请用 python -m SERVICE replay-dlt TOPIC。 / On one machine: python -m SERVICE replay-dlt TOPIC.
    """
    place: Place = context.obj
    _acted(lambda: acting.replay_dead_letters(connected(place), service, topic), language)


@app.command(epilog="例 / example: dualcontrol ops -n dualcontrol backup")
def backup(
    context: typer.Context,
    *,
    language: Lang = Language.ZH,
) -> None:
    """立即备份一次。 / Take a backup now, as the release's CronJob would.

    单机环境请用 python -m servicekit.backup。 / On one machine: python -m servicekit.backup.
    """
    place: Place = context.obj
    _acted(lambda: acting.back_up_now(connected(place)), language)


@app.command(
    epilog="例 / example: dualcontrol ops drain screening --role consume; dualcontrol ops drain screening --back"
)
def drain(
    context: typer.Context,
    service: Service,
    *,
    role: Role = None,
    back: Annotated[bool, typer.Option("--back", help="恢复原有副本数 / start again what was drained")] = False,
    language: Lang = Language.ZH,
) -> None:
    """排空一个服务: 办完在办的再退出。 / End a service's processes, each after it finished what it began."""
    place: Place = context.obj
    act = acting.bring_back if back else acting.drain
    out = console()

    def work() -> str:
        act(connected(place), service, role=role, say=lambda text: out.print(said(text, language)))
        return ""

    _acted(work, language)


def _acted(act: Callable[[], str], language: Language) -> None:
    async def work() -> Exit:
        if told := (await asyncio.to_thread(act)).rstrip():
            console().print(told)
        return Exit.DONE

    run(work, language=language, as_json=False)


@app.command(
    "support-bundle", epilog="例 / example: dualcontrol ops -n dualcontrol support-bundle --into bundle.tar.gz"
)
def support_bundle(
    context: typer.Context,
    *,
    into: Annotated[Path, typer.Option("--into", help="写入的文件 / the file to write")] = Path(
        "support-bundle.tar.gz"
    ),
    metrics: Metrics = None,
    logs: Annotated[Path, typer.Option("--logs", help="单机环境的日志 / logs of one machine")] = STACK_FOLDER / "logs",
    language: Lang = Language.ZH,
) -> None:
    """支持包, 不含密钥、令牌、连接串与人名。 / A file for whoever helps; no secrets, tokens, DSNs and names.

    含状态、指标、集群对象、日志; 传出前请过目。 / Status, metrics, objects, logs. Look at it before you pass it on.
    """
    place: Place = context.obj

    async def work() -> Exit:
        lines, pages = await _looked(place, metrics or ())
        others = (
            bundle.log_entries(logs) if metrics else bundle.cluster_entries(await asyncio.to_thread(connected, place))
        )
        entries = chain([bundle.status_entry(lines)], bundle.metrics_entries(pages), others)
        count = await asyncio.to_thread(bundle.write, into, entries)
        done = Text(
            "已写入 {file}, 共 {count} 个文件", "{file} was written, with {count} files", file=str(into), count=count
        )
        console().print(said(done, language))
        return Exit.DONE

    run(work, language=language, as_json=False)
