"""The gate in front of every method: who calls, and may it be done; what is not in the table of methods is denied."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from google.protobuf.message import Message

from access.acts import Act
from access.callers import Caller
from access.deciding import Denial, Target, denial
from access.methods import METHODS, Empty, Rule
from access.roles import Role
from kernel.clock import CHINA_STANDARD_TIME, Clock
from kernel.regions import RegionCode
from servicekit.access.current import Current
from servicekit.access.limits import CallLimits
from servicekit.access.metadata import AUTHORIZATION, COUNTERSIGNATURE, ON_BEHALF_OF, Metadata, bearer
from servicekit.access.refusals import Denied, Unauthenticated
from servicekit.access.requests import put_persons, regions_of
from servicekit.access.tokens import Tokens

log = logging.getLogger(__name__)


class Gate(Protocol):
    """What the interceptor asks."""

    async def admit(self, method: str, metadata: Metadata) -> Current | None:
        """Who calls. None: nobody in particular, as in a test of one service. Raises DomainError."""

    def check(self, method: str, request: Message, current: Current | None) -> None:
        """Names the persons who act, and raises Denied when one of them may not do what the request asks."""


class TokenGate:
    """Callers prove who they are by a token; `province` is what a request means that names no region."""

    def __init__(self, tokens: Tokens, province: RegionCode, limits: CallLimits, clock: Clock) -> None:
        self._tokens = tokens
        self._province = province
        self._limits = limits
        self._clock = clock

    async def admit(self, method: str, metadata: Metadata) -> Current:
        token, caller = await self._caller(metadata)
        self._limits.take(caller.subject)
        rule = METHODS.get(method)
        if rule is None:
            raise Denied(Denial.ROLE)
        return Current(caller, rule.act, self._clock().astimezone(CHINA_STANDARD_TIME), token)

    async def _caller(self, metadata: Metadata) -> tuple[str, Caller]:
        """The effective caller and his token."""
        token, caller = await self._proved(metadata, AUTHORIZATION)
        if ON_BEHALF_OF in metadata:
            # Only a service passes on somebody else's token; it then may what that person may.
            if Role.SERVICE not in {grant.role for grant in caller.grants}:
                raise Denied(Denial.ROLE)
            token, caller = await self._proved(metadata, ON_BEHALF_OF)
        if COUNTERSIGNATURE not in metadata:
            return token, caller
        _, second = await self._proved(metadata, COUNTERSIGNATURE)
        if caller.is_machine or second.is_machine or second.subject == caller.subject:
            raise Denied(Denial.CONFLICT)
        return token, replace(caller, countersigned_by=second)

    async def _proved(self, metadata: Metadata, name: str) -> tuple[str, Caller]:
        token = bearer(metadata, name)
        if token is None:
            raise Unauthenticated("TOKEN_MISSING")
        return token, await self._tokens.caller(token)

    def check(self, method: str, request: Message, current: Current | None) -> None:
        assert current is not None
        rule = METHODS[method]
        regions = regions_of(request, rule.regions)
        for person in _acting(current.caller):
            self._check_one(method, rule, regions, replace(current, caller=person))
        put_persons(request, rule, current.caller)

    def _check_one(self, method: str, rule: Rule, regions: Sequence[RegionCode], current: Current) -> None:
        unnamed = None if rule.empty is Empty.ROWS else self._province
        for region in regions or (unnamed,):
            refused = denial(current.caller, rule.act, Target(region), current.now)
            if refused is None or (refused is Denial.CASE and _rows_decide(rule)):
                continue
            log.info(
                "a call was denied",
                extra={"method": method, "caller": current.caller.subject, "region": region, "why": refused.value},
            )
            raise Denied(refused)


def _acting(caller: Caller) -> tuple[Caller, ...]:
    return (caller,) if caller.countersigned_by is None else (caller, caller.countersigned_by)


def _rows_decide(rule: Rule) -> bool:
    """Whether somebody who was asked about single cases may come in: the database shows him those and no other."""
    return rule.act is Act.READ and rule.empty is Empty.ROWS
