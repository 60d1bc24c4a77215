"""What may be asked of deductions."""

from dataclasses import dataclass

from budget.domain.deductions import Asked, DeductionId, Phase


@dataclass(frozen=True, slots=True)
class Reserve:
    asked: Asked


@dataclass(frozen=True, slots=True)
class Void:
    """Gives a reservation back. With a filing, an id never heard of is remembered as voided: it may be on its way."""

    deduction: DeductionId
    filing: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Makes a reservation final; `used` is what is really used, empty for all of it."""

    deduction: DeductionId
    document: str
    used: tuple[Phase, ...] = ()
    filing: str | None = None


@dataclass(frozen=True, slots=True)
class Expire:
    deduction: DeductionId


@dataclass(frozen=True, slots=True)
class Reverse:
    """Undoes what was posted. With a filing, what was not posted is given back as by Void."""

    deduction: DeductionId
    signers: tuple[str, ...]
    reason: str
    filing: str | None = None


Command = Reserve | Void | Post | Expire | Reverse


def deduction_of(command: Command) -> DeductionId:
    return command.asked.deduction if isinstance(command, Reserve) else command.deduction
