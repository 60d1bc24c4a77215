"""The local stack: PostgreSQL, Kafka and the services, each a process of its own, in one folder."""

import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from testkit import state as state_file
from testkit.cache import locked
from testkit.errors import StackError
from testkit.external import External
from testkit.issuer.identities import Identities
from testkit.kafka import CONTROLLER, KAFKA, KafkaBroker
from testkit.kafka_home import KafkaHome, kafka_home
from testkit.ports import LOOPBACK, choose_port, is_free, settle
from testkit.postgres import POSTGRES, PostgresServer, dsn_for, new_secret, owner_dsn, provision
from testkit.processes import MARK, Launch, OsProcess, end, end_strays, launch
from testkit.services import ISSUER, ServiceSpec, Surroundings, answers_http, environment, is_serving, password_of
from testkit.state import State

SERVERS: Final = (POSTGRES, KAFKA)

PREPARE_SECONDS_MAX: Final = 120
READY_SECONDS_MAX: Final = 120
MIGRATE_SECONDS_MAX: Final = 120
STOP_SECONDS_MAX: Final = 20
"""A service drains for at most 10 s by default; Kafka and PostgreSQL need about one."""

ProcessState = Literal["running", "stopped", "dead", "external"]
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One process as it is now. `dead` means it was started and ended without being stopped."""

    name: str
    pid: int | None
    port: int | None
    state: ProcessState
    log: Path


class Stack:
    """Everything that runs for one folder; several stacks live side by side.

    Every method may be called from another process, and after a reboot; those that change something wait for
    each other. They block: in async code, use a thread.
    They raise StackError; what has been started by then keeps running, so that its log and `status` tell why.
    """

    def __init__(
        self,
        folder: Path,
        services: Sequence[ServiceSpec] = (),
        *,
        external: External | None = None,
        say: Say = lambda _name, _event: None,
    ) -> None:
        self.folder = folder.resolve()
        self._services = {spec.name: spec for spec in services}
        self._external = external or External.from_environment()
        self._say = say

    # -- where things are

    @property
    def kafka_bootstrap(self) -> str:
        return self._external.kafka_bootstrap or f"{LOOPBACK}:{self._port(KAFKA)}"

    @property
    def postgres_admin_dsn(self) -> str:
        return self._admin_dsn(self._read())

    def dsn(self, service: str) -> str:
        """The DSN of a service's own database."""
        state = self._read()
        return dsn_for(self._admin_dsn(state), self._services[service].database, password_of(state.secret, service))

    def grpc_address(self, service: str) -> str:
        return f"{LOOPBACK}:{self._port(service)}"

    @property
    def issuer_address(self) -> str:
        """Whom the services believe: the address of the stack's own issuer."""
        return self._identities(self._read()).issuer

    def mint(self, *grants: str, subject: str, **claims: Any) -> str:
        """A token of a caller who is known for this alone."""
        return self._identities(self._read()).mint(grants, subject=subject, **claims)

    def token(self, subject: str | None = None) -> str:
        """The token of a seeded person, or of the partner system."""
        identities = self._identities(self._read())
        return identities.partner_token_file.read_text("ascii") if subject is None else identities.of_user(subject)

    def metrics_address(self, service: str) -> str:
        return f"{LOOPBACK}:{self._port(self._services[service].metrics)}"

    def trace_file(self, service: str) -> Path:
        """Where a service appends its finished spans."""
        return self.folder / "traces" / f"{service}.jsonl"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def runs_kafka(self, names: Sequence[str]) -> bool:
        """Whether `up(names)` would have a broker of our own run; no names mean all."""
        return not self._external.runs(KAFKA) and set(names) != {POSTGRES}

    def status(self) -> list[Row]:
        state = state_file.load(self._state_path) or State(secret="")
        names = [*SERVERS, *self._services, *(name for name in state.processes if self._unknown(name))]
        return [self._row(name, state) for name in names]

    # -- what can be done with them

    def up(self, names: Iterable[str] | None = None) -> None:
        """Starts what does not run, with its data kept, and waits until all of `names` is ready.

        A service brings its servers with it, and its migrations run first.
        """
        wanted = set(names) if names is not None else {*SERVERS, *self._services}
        self._check_names(wanted)
        if wanted - set(SERVERS):
            wanted |= set(SERVERS)
        with self._changing() as state:
            self._bring_up(state, wanted, migrate_all=True, wait=True)

    def start(self, name: str, *, wait: bool = True) -> None:
        """Starts this one alone. Its migrations run only if they never did. `wait=False` returns at once."""
        self._check_names([name])
        with self._changing() as state:
            self._bring_up(state, {name}, migrate_all=False, wait=wait)

    def stop(self, name: str) -> None:
        """Lets it finish what it began, as a deployment would."""
        self._check_names([name])
        with self._changing() as state:
            self._end(state, [name])

    def kill(self, name: str) -> None:
        """kill -9, as a crash would."""
        self._check_names([name])
        with self._changing() as state:
            process = state.processes.get(name)
            if process and process.is_alive():
                process.kill9()
                self._say(name, f"killed, pid {process.pid}")
            else:
                self._say(name, "does not run")

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def down(self) -> None:
        """Stops everything. Afterwards no process of this stack is left, nor any child of one."""
        with self._changing() as state:
            self._take_down(state)

    def reset(self) -> None:
        """`down`, then deletes data, logs, ports and secrets. What lies in an external server stays there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self._lock_path):
            try:
                state = state_file.load(self._state_path)
            except StackError:
                state = None  # a state that cannot be read is one reason for a reset
            self._take_down(state or State(secret=""))
            PostgresServer(self.folder, port=0, password="").delete()
            for part in (POSTGRES, KAFKA, "logs", "traces"):
                shutil.rmtree(self.folder / part, ignore_errors=True)
            Identities(self.folder, "").delete()
            for left in (self._state_path, self.folder / state_file.ADDRESSES):
                left.unlink(missing_ok=True)
            self._say("stack", f"data deleted in {self.folder}")

    # -- how

    @property
    def _state_path(self) -> Path:
        return self.folder / "state.json"

    @property
    def _lock_path(self) -> Path:
        return self.folder / ".lock"

    @contextmanager
    def _changing(self) -> Iterator[State]:
        # Others may pass through it: PostgreSQL runs as `nobody` when we are root.
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        with locked(self._lock_path):
            yield state_file.load(self._state_path) or State(secret=new_secret())

    def _save(self, state: State) -> None:
        state_file.save(self._state_path, state)

    def _read(self) -> State:
        state = state_file.load(self._state_path)
        if state is None:
            raise StackError(
                zh=f"{self.folder} 中的环境尚未启动, 请先运行 python -m testkit up",
                en=f"The stack in {self.folder} was not started yet. Run python -m testkit up first.",
            )
        return state

    def _port(self, name: str) -> int:
        return self._read().ports[name]

    def _identities(self, state: State) -> Identities:
        return Identities(self.folder, f"http://{LOOPBACK}:{state.ports[ISSUER]}")

    def _admin_dsn(self, state: State) -> str:
        return self._external.postgres_admin_dsn or self._postgres(state).admin_dsn

    def _postgres(self, state: State) -> PostgresServer:
        return PostgresServer(self.folder, port=state.ports[POSTGRES], password=state.secret)

    def _kafka(self, state: State) -> KafkaBroker:
        ports = state.ports
        return KafkaBroker(self.folder / KAFKA, port=ports[KAFKA], controller_port=ports[CONTROLLER])

    def _unknown(self, name: str) -> bool:
        return name not in SERVERS and name not in self._services

    def _check_names(self, names: Iterable[str]) -> None:
        known = [*SERVERS, *self._services]
        if unknown := sorted(set(names) - set(known)):
            raise StackError(
                zh=f"没有名为 {', '.join(unknown)} 的进程, 可用: {', '.join(known)}",
                en=f"There is no process called {', '.join(unknown)}. There are: {', '.join(known)}.",
            )

    def _row(self, name: str, state: State) -> Row:
        process, port = state.processes.get(name), state.ports.get(name)
        if self._external.runs(name):
            return Row(name, None, None, "external", self.log(name))
        if process is None:
            return Row(name, None, port, "stopped", self.log(name))
        return Row(name, process.pid, port, "running" if process.is_alive() else "dead", process.log)

    def _bring_up(self, state: State, wanted: set[str], *, migrate_all: bool, wait: bool) -> None:
        starting = self._not_running(state, wanted)
        self._settle_ports(state, starting)
        self._save(state)
        known = [port for spec in self._services.values() for port in (spec.name, spec.metrics)]
        state_file.save_addresses(self.folder, {name: f"{LOOPBACK}:{state.ports[name]}" for name in known})
        if wanted & self._external.names():
            self._external.check()
        if self._services:
            self._identities(state).write(self._services)
        self._start_servers(state, [name for name in SERVERS if name in starting])
        if wait:
            self._await(state, wanted & set(SERVERS), starting)
        specs = [spec for name, spec in self._services.items() if name in starting]
        self._migrate(state, [spec for spec in specs if migrate_all or spec.name not in state.migrated])
        for spec in specs:
            self._launch(state, self._service_launch(state, spec, spec.argv))
        if wait:
            self._await(state, wanted - set(SERVERS), starting)

    def _not_running(self, state: State, wanted: set[str]) -> set[str]:
        starting = set()
        for name in (*SERVERS, *self._services):
            process = state.processes.get(name)
            if name not in wanted:
                continue
            if self._external.runs(name):
                self._say(name, "external, used as it is")
            elif not (process and process.is_alive()):
                starting.add(name)
        return starting

    def _await(self, state: State, names: set[str], started: set[str]) -> None:
        """Also those that ran before: they may have been started without waiting."""
        for name in (*SERVERS, *self._services):
            if name in names and not self._external.runs(name):
                process = state.processes[name]
                process.wait_until(self._readiness(state, name), READY_SECONDS_MAX)
                what = "ready" if name in started else "already runs"
                self._say(name, f"{what} on {LOOPBACK}:{state.ports[name]}, pid {process.pid}")

    def _readiness(self, state: State, name: str) -> Callable[[], bool]:
        if name == POSTGRES:
            return self._postgres(state).is_ready
        if name == KAFKA:
            return self._kafka(state).is_ready
        is_ready = answers_http if self._services[name].over == "http" else is_serving
        return partial(is_ready, state.ports[name])

    def _settle_ports(self, state: State, starting: set[str]) -> None:
        """Chooses ports anew for those taken meanwhile, but never under the feet of processes that run."""
        second = {KAFKA: CONTROLLER, **{spec.name: spec.metrics for spec in self._services.values()}}
        # All of them: the services are told where the servers are, whoever is started first.
        known = [name for name in (*SERVERS, *self._services) if not self._external.runs(name)]
        # The issuer's too where it does not run: whom the services believe is told by its address.
        pairs = {name: [name, *([second[name]] if name in second else [])] for name in (*known, ISSUER)}
        needed = [port for name, both in pairs.items() for port in both if name in starting or port not in state.ports]
        state.ports, taken = settle(state.ports, needed, is_free, choose_port)
        if not taken:
            return
        if any(process.is_alive() for process in state.processes.values()):
            ports = ", ".join(f"{name} {state.ports[name]}" for name in taken)
            raise StackError(
                zh=f"端口已被其他程序占用({ports}), 请先运行 python -m testkit down 再 up, 将另选端口",
                en=f"Another program has taken the ports ({ports}). Run python -m testkit down, then up: "
                "others will be chosen.",
            )
        kept = {name: port for name, port in state.ports.items() if name not in taken}
        state.ports, _ = settle(kept, needed, is_free, choose_port)

    def _start_servers(self, state: State, names: list[str]) -> None:
        home = kafka_home(lambda line: self._say(KAFKA, line)) if KAFKA in names else None
        self._prepare(state, names, home)
        if POSTGRES in names:
            self._launch(state, self._postgres(state).launch(self.log(POSTGRES)))
        if home:
            self._launch(state, self._kafka(state).launch(home, self.log(KAFKA)))

    def _prepare(self, state: State, names: list[str], home: KafkaHome | None) -> None:
        """Creates what has no data yet; both at once, since each takes a second."""
        begun: list[tuple[OsProcess, Callable[[], None]]] = []
        if POSTGRES in names:
            postgres = self._postgres(state)
            if plan := postgres.preparation(self.log(POSTGRES)):
                begun.append((self._launch(state, plan), postgres.prepared))
        if home:
            kafka = self._kafka(state)
            if plan := kafka.preparation(home, self.log(KAFKA)):
                begun.append((self._launch(state, plan), kafka.prepared))
        for process, finish in begun:
            process.wait_success(PREPARE_SECONDS_MAX)
            finish()
            del state.processes[process.name]

    def _migrate(self, state: State, specs: Sequence[ServiceSpec]) -> None:
        begun = []
        for spec in specs:
            if spec.stores:
                provision(self._admin_dsn(state), spec.database, password_of(state.secret, spec.name))
            if spec.migrate:
                begun.append((spec, self._launch(state, self._service_launch(state, spec, spec.migrate, ".migrate"))))
        for spec, process in begun:
            process.wait_success(MIGRATE_SECONDS_MAX)
            del state.processes[process.name]
            self._say(spec.name, "migrated")
        state.migrated |= {spec.name for spec in specs}
        self._save(state)

    def _service_launch(self, state: State, spec: ServiceSpec, argv: Sequence[str], suffix: str = "") -> Launch:
        self.trace_file(spec.name).parent.mkdir(exist_ok=True)
        served = dsn_for(self._admin_dsn(state), spec.database, password_of(state.secret, spec.name))
        around = Surroundings(
            postgres_dsn=owner_dsn(served) if argv == spec.migrate else served,
            kafka_bootstrap=self._external.kafka_bootstrap or f"{LOOPBACK}:{state.ports[KAFKA]}",
            port=state.ports[spec.name],
            metrics_port=state.ports[spec.metrics],
            trace_file=self.trace_file(spec.name),
            identities=self._identities(state),
            peers={name: state.ports[name] for name in self._services if name in state.ports},
            figures={
                name: state.ports[one.metrics] for name, one in self._services.items() if one.metrics in state.ports
            },
        )
        name = f"{spec.name}{suffix}"
        return Launch(name, argv, self.log(spec.name), environment(spec, around), self.folder)

    def _launch(self, state: State, plan: Launch) -> OsProcess:
        marked = {**plan.env, MARK: str(self.folder)}
        process = launch(Launch(plan.name, plan.argv, plan.log, marked, plan.cwd, plan.account))
        state.processes[plan.name] = process
        self._save(state)
        return process

    def _end(self, state: State, names: Sequence[str]) -> None:
        alive = [process for name in names if (process := state.processes.get(name)) and process.is_alive()]
        # SIGINT is PostgreSQL's fast stop; SIGTERM would wait for every client to leave.
        end([one for one in alive if one.name != POSTGRES], STOP_SECONDS_MAX)
        end([one for one in alive if one.name == POSTGRES], STOP_SECONDS_MAX, signal.SIGINT)
        for name in names:
            stopped = next((one for one in alive if one.name == name), None)
            self._say(name, f"stopped, pid {stopped.pid}" if stopped else "does not run")
            state.processes.pop(name, None)
        self._save(state)

    def _take_down(self, state: State) -> None:
        # The services first, so that they can still say goodbye to the broker and the database.
        self._end(state, [*self._services, *(name for name in state.processes if self._unknown(name))])
        self._end(state, [name for name in (KAFKA, POSTGRES) if not self._external.runs(name)])
        self._end_strays()

    def _end_strays(self) -> None:
        # Read from each process's environment, for those whose parent ended without them.
        end_strays(lambda process: process.environ().get(MARK) == str(self.folder))
        PostgresServer(self.folder, port=0, password="").end_strays()
