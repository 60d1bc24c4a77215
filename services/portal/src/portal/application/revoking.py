"""撤销意见: one person proposes to take an issued opinion back, another signs; and what is proposed."""

from typing import Final

from access.acts import Act
from client.connections import Services, call
from dualcontrol.review.v1 import revocation_service_pb2 as pb
from kernel.text import Text
from portal.application.acts import Deed, Field, Kind

STATES: Final = {
    pb.REVOCATION_STATE_PROPOSED: Text("待签署", "waits for a signature"),
    pb.REVOCATION_STATE_SIGNED: Text("已撤销", "taken back"),
    pb.REVOCATION_STATE_WITHDRAWN: Text("提议已撤回", "withdrawn"),
}
REASON: Final = Text("理由", "Reason")
DONE: Final = Text("撤销意见", "Revoking an opinion")


async def propose(services: Services, request: pb.ProposeRevocationRequest) -> pb.ProposeRevocationResponse:
    return await call(services.revocations.ProposeRevocation, request)


async def sign(services: Services, request: pb.SignRevocationRequest) -> pb.SignRevocationResponse:
    return await call(services.revocations.SignRevocation, request)


async def withdraw(services: Services, request: pb.WithdrawRevocationRequest) -> pb.WithdrawRevocationResponse:
    return await call(services.revocations.WithdrawRevocation, request)


PROPOSE: Final = Deed(
    Act.REVOKE_OPINION,
    Text("提出撤销意见", "Propose to revoke the opinion"),
    Text(
        "提出后须由另一人签署; 签署以前意见继续有效。",
        "Another person has to sign it; until then the opinion stays in force.",
    ),
    (Field("reason", REASON, Kind.AREA),),
    lambda values, on, key: pb.ProposeRevocationRequest(opinion=on, reason=values["reason"], request_id=key),
    propose,
    on_decision=False,
)

SIGN: Final = Deed(
    Act.REVOKE_OPINION,
    Text("签署撤销意见", "Sign the revocation"),
    Text(
        "意见即刻撤销; 为本项目已使用的能耗、碳排放和产能予以冲回, 平台重新作出决定。",
        "The opinion is taken back at once; energy, carbon and capacity used for the project are reversed, and the "
        "case is decided anew.",
    ),
    (),
    lambda _values, on, key: pb.SignRevocationRequest(name=on, request_id=key),
    sign,
    on_decision=False,
)

WITHDRAW: Final = Deed(
    Act.REVOKE_OPINION,
    Text("撤回撤销提议", "Withdraw the proposal to revoke"),
    Text("提议不再有效, 意见继续有效。", "The proposal is void; the opinion stays in force."),
    (Field("reason", REASON, Kind.AREA),),
    lambda values, on, key: pb.WithdrawRevocationRequest(name=on, reason=values["reason"], request_id=key),
    withdraw,
    on_decision=False,
)
