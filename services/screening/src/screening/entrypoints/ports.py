"""One transaction as the entrypoints open it, for all use cases."""

from typing import Protocol

from screening.application import projects
from screening.application.acts import ports as acts
from screening.application.replays import ports as replays
from screening.application.waiting import ports as waiting


class Work(acts.Work, replays.Work, waiting.Work, projects.Work, Protocol): ...
