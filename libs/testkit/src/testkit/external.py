"""A broker or a database that somebody else runs: used, never started, stopped or emptied."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from testkit.errors import StackError
from testkit.kafka import KAFKA, describes_itself
from testkit.postgres import POSTGRES, accepts

KAFKA_VARIABLE: Final = "DUALCONTROL_KAFKA_BOOTSTRAP"
POSTGRES_VARIABLE: Final = "DUALCONTROL_POSTGRES_ADMIN_DSN"


@dataclass(frozen=True, slots=True)
class External:
    """Where they are; None for what the stack runs itself. The DSN may create roles and databases."""

    kafka_bootstrap: str | None = None
    postgres_admin_dsn: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "External":
        return cls(environ.get(KAFKA_VARIABLE) or None, environ.get(POSTGRES_VARIABLE) or None)

    def runs(self, name: str) -> bool:
        return name in self.names()

    def names(self) -> set[str]:
        given = {KAFKA: self.kafka_bootstrap, POSTGRES: self.postgres_admin_dsn}
        return {name for name, address in given.items() if address}

    def check(self) -> None:
        """Raises StackError that names the variable whose server does not answer."""
        if self.kafka_bootstrap and not describes_itself(self.kafka_bootstrap):
            raise _silent(KAFKA_VARIABLE)
        if self.postgres_admin_dsn and not accepts(self.postgres_admin_dsn):
            raise _silent(POSTGRES_VARIABLE)


def _silent(variable: str) -> StackError:
    return StackError(
        zh=f"{variable} 指定的服务器无应答, 请检查地址, 或取消该变量以使用本地进程",
        en=f"The server given by {variable} does not answer. Check its address, or unset the variable to run one here.",
    )
