"""Why the local stack cannot do what was asked, and the remedy, in Chinese and in English."""

from kernel.text import Text


class StackError(Exception):
    """An expected failure of the local stack; its text names the part, the reason and the remedy."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh=zh, en=en)


class MissingPrerequisite(StackError):
    """Something that no wheel brings is absent from this machine."""


class JarMismatch(StackError):
    """Kafka's jars are not exactly those of the lock file."""


class ProcessDied(StackError):
    """A process ended while it was waited for. The text carries the end of its log."""


class NotReady(StackError):
    """A process lives but did not become ready within its time. The text carries the end of its log."""
