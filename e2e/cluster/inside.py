"""All that happens within the node's namespaces: `python -m e2e.cluster.inside FOLDER KUBECONFIG`."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
from e2e.cluster.load import Load
from e2e.cluster.release import METRICS_PORT, MINE, NAMESPACE, ROOT, CommandFailed, Release
from e2e.cluster.servers import Servers, owners
from e2e.cluster.steps import Steps
from e2e.support.dossiers import PROVINCE
from tools.kubernetes.cluster.places import NODE

from access.roles import Role
from testkit.issuer.identities import ALGORITHM, AUDIENCE, Identities
from testkit.postgres import owner_dsn
from testkit.services import NAMES

ISSUER: Final = "https://sso.example"
"""Nobody is there: the services have its keys in a file."""

COMMAND_SECONDS_MAX: Final = 600
DRAIN_SECONDS: Final = 20


class Course:
    """The steps, in order; each leaves the platform as the next needs it."""

    def __init__(self, folder: Path, kubeconfig: Path) -> None:
        self.steps = Steps()
        self.servers = Servers(folder)
        self._folder = folder
        self._release = Release(folder, kubeconfig)
        self._identities = Identities(folder, ISSUER)
        self._databases: dict[str, str] = {}

    def run(self) -> None:
        """Raises what went wrong first."""
        with self.steps.step("PostgreSQL and Kafka on the node's address"):
            self.servers.up()
            self._databases = dict(self.servers.databases())
        with self.steps.step("namespace that enforces `restricted`, Secrets"):
            self._prepare()
        with self.steps.step("helm install --wait (7 migrations, then every Deployment available)") as notes:
            self._release.install()
            notes.append(f"{len(self._release.pods())} pods")
        with self.steps.step("helm test"):
            self._release.test()
        load = Load(
            {name: self._release.address(name) for name in NAMES},
            self._identities.partner_token_file.read_text("ascii"),
        )
        with self.steps.step("every demo project filed through the Services and decided") as notes:
            said = self._command([sys.executable, "-m", "e2e.demo"])
            notes += [line.strip() for line in said.splitlines() if line.endswith(" in all")]
            load.grant()
        self._disturb(load)
        self._account(load)
        self._remove(len(load.filed))

    def _prepare(self) -> None:
        self._identities.write(["screening"])
        trusted = {
            "issuer": ISSUER, "audience": AUDIENCE, "keys": "/etc/dualcontrol/trust/keys.json",
            "algorithms": [ALGORITHM], "roles": ["partner", "service", "viewer", "system_administrator"],
        }  # fmt: skip
        values: dict[str, Any] = {
            "identity": {
                "trust": {"issuers": [trusted], "files": {"keys.json": json.dumps(self._identities.key_set())}}
            },
            "kafka": {"bootstrap": self.servers.kafka_bootstrap},
            "portal": {"issuer": ISSUER},
        }
        token = self._identities.token_file("screening").read_text("ascii")
        secrets = {
            "databases": self._databases,
            "database-owners": owners(self._databases),
            "tokens": {"screening": token},
        }
        self._release.prepare(secrets, values)
        addresses = {name: self._release.address(name) for name in NAMES}
        figures = {f"{name}-metrics": self._release.address(name, METRICS_PORT) for name in NAMES}
        (self._folder / "addresses.json").write_text(json.dumps({**addresses, **figures}), "utf-8")

    def _disturb(self, load: Load) -> None:
        self._under(load, "helm upgrade (every pod replaced)", self._upgrade)
        self._under(load, "cordon and drain: the disruption budget keeps one pod of filing", self._drain)
        self._under(load, "every pod killed at once (no grace)", self._kill, outage=True)
        self._under(load, "helm rollback", self._release.roll_back)

    def _under(self, load: Load, what: str, act: Callable[[], object], *, outage: bool = False) -> None:
        """Does it while filings go on: each is accepted, and without an outage no call fails after its retries."""
        before = len(load.filed)
        with self.steps.step(f"{what}, under load") as notes:
            with load:
                act()
            notes += [f"{len(load.filed) - before} filings accepted", f"the slowest took {load.slowest_seconds:.1f} s"]
            if load.refused:
                raise CommandFailed(f"{len(load.refused)} filings were refused: {load.refused[0]}")
            if load.away and not outage:
                raise CommandFailed(f"{load.away} calls failed after all their retries")

    def _upgrade(self) -> None:
        self._release.upgrade("--set-json", 'defaults.podAnnotations={"example.org/upgraded":"yes"}')

    def _drain(self) -> None:
        drain = [
            "drain", NODE, "--delete-emptydir-data", "--pod-selector=app.kubernetes.io/component=filing",
            f"--timeout={DRAIN_SECONDS}s",
        ]  # fmt: skip
        try:
            self._release.kubectl(*drain)
        except CommandFailed as held:
            if "disruption budget" not in str(held):
                raise
        else:
            raise CommandFailed("the last pod of filing was evicted in spite of its disruption budget")
        finally:
            self._release.kubectl("uncordon", NODE)
        self._release.wait_available()

    def _kill(self) -> None:
        self._release.kubectl(
            "delete", "pods", f"--selector={MINE}", "--namespace", NAMESPACE, "--grace-period=0", "--force"
        )
        self._release.wait_available()

    def _account(self, load: Load) -> None:
        with self.steps.step("every filing has its decision") as notes:
            notes.append(f"{len(load.filed)} filings, by disposition {load.decided()}")
        with self.steps.step("dualcontrol verify: nothing is broken") as notes:
            notes.append(self._verify())

    def _verify(self) -> str:
        """Looks as a partner and as an administrator: neither may read all. Raises CommandFailed when one is broken."""
        administrator = self._folder / "tokens" / "administrator"
        grants = [f"{Role.SYSTEM_ADMINISTRATOR}:{PROVINCE}"]
        administrator.write_text(self._identities.mint(grants, subject="sysadmin"), "ascii")
        states: dict[str, set[str]] = {}
        for token in (self._identities.partner_token_file, administrator):
            argv = [str(Path(sys.executable).with_name("dualcontrol")), "verify", "--json"]
            # 4: something could not be looked at, which the other may.
            for line in self._command(argv, allowed=(0, 4), DUALCONTROL_TOKEN_FILE=str(token)).splitlines():
                told = json.loads(line)
                states.setdefault(told["en"], set()).add(told["state"])
        held = [title for title, seen in states.items() if "held" in seen]
        unseen = [title for title, seen in states.items() if seen == {"not_checked"}]
        if not held or any("broken" in seen for seen in states.values()):
            raise CommandFailed(f"dualcontrol verify: {states}")
        return f"{len(held)} held; not checked: {', '.join(unseen) or 'none'}"

    def _remove(self, filed: int) -> None:
        with self.steps.step("helm uninstall: nothing of the release is left, every filing is kept") as notes:
            self._release.uninstall()
            self._release.kubectl("wait", "pods", f"--selector={MINE}", "--namespace", NAMESPACE, "--for=delete")
            if left := self._release.left():
                raise CommandFailed(f"still there: {', '.join(left)}")
            stored = asyncio.run(_count(self._databases["filing"]))
            notes.append(f"{stored} filings in PostgreSQL, {filed} of them under load")
            if stored < filed:
                raise CommandFailed(f"{filed} filings were accepted, but {stored} are stored")
            self._release.kubectl("delete", "namespace", NAMESPACE)

    def _command(self, argv: list[str], *, allowed: Sequence[int] = (0,), **more: str) -> str:
        environment = {**os.environ, "DUALCONTROL_STACK": str(self._folder), "DUALCONTROL_LANG": "en", **more}
        done = subprocess.run(
            argv, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX, check=False
        )
        if done.returncode not in allowed:
            raise CommandFailed(f"{' '.join(argv)} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
        return done.stdout


async def _count(dsn: str) -> int:
    connection = await asyncpg.connect(owner_dsn(dsn))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM filing"))
    finally:
        await connection.close()


def main() -> int:
    folder, kubeconfig = (Path(one) for one in sys.argv[1:])
    course = Course(folder, kubeconfig)
    try:
        course.run()
    except CommandFailed as problem:
        print(f"cluster-e2e: {problem}", file=sys.stderr)
        return 1
    finally:
        course.steps.write(ROOT / "build" / "cluster-e2e.json")
        course.servers.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
