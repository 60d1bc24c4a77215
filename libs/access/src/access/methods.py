"""Which act each method of the platform is, and where its request says the region. What is absent is denied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from access.acts import Act


class Empty(StrEnum):
    """What a request without a region means."""

    PROVINCE = "province"
    """The whole province: only who has a grant for all of it may."""
    ROWS = "rows"
    """Row-level security decides, row by row."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`regions`: paths of fields that hold a region's code or a resource name beginning with regions/CODE."""

    act: Act
    regions: Sequence[str] = ()
    empty: Empty = Empty.PROVINCE
    persons: Sequence[str] = ()
    """Fields that name the acting person."""
    signers: str | None = None
    """The field that names the two who sign."""


_NAME: Final = ("name",)
_PARENT: Final = ("parent",)
_CODE: Final = ("region_code",)
_CASE: Final = Rule(Act.READ, empty=Empty.ROWS)
_ALL: Final = Rule(Act.READ)
_READ_NAME: Final = Rule(Act.READ, _NAME)
_READ_PARENT: Final = Rule(Act.READ, _PARENT)
_READ_CODE: Final = Rule(Act.READ, _CODE)
_OFFSETS: Final = Rule(Act.BOOK_OFFSETS)
_BUDGET: Final = Rule(Act.SET_BUDGET, _CODE)
_VERIFY: Final = Rule(Act.VERIFY)
_SETTLE: Final = Rule(Act.SETTLE_DEDUCTION, empty=Empty.ROWS)
_TRADE: Final = Rule(Act.TRADE, _CODE, persons=("person",))

_SERVICES: Final[Mapping[str, Mapping[str, Rule]]] = {
    "budget.v1.BudgetService": {
        "GrantEnvelope": Rule(Act.SET_BUDGET, _NAME),
        "ListLedgerAccounts": _READ_PARENT,
        "GetAccount": _READ_NAME,
        "ListAccounts": _READ_PARENT,
        "ReserveDeduction": Rule(Act.SETTLE_DEDUCTION, _CODE),
        "ReserveDeductions": Rule(Act.SETTLE_DEDUCTION, ("requests.region_code",)),
        "PreviewDeduction": _READ_CODE,
        "PostDeduction": _SETTLE,
        "ReverseDeduction": Rule(Act.SETTLE_DEDUCTION, empty=Empty.ROWS, signers="signers"),
        "ReopenLedger": Rule(Act.REOPEN, persons=("person",)),
        "VoidDeduction": _SETTLE,
        "GetDeduction": _CASE,
        "ListDeductions": Rule(Act.READ, _PARENT, empty=Empty.ROWS),
        "VerifyLedger": _VERIFY,
        "VerifyDeductions": _VERIFY,
    },
    "budget.v1.OffsetsService": {
        "RecordDeductible": Rule(Act.BOOK_OFFSETS, ("claim.region_code",)),
        "RevokeDeductible": Rule(Act.BOOK_OFFSETS, signers="signers"),
        "CancelCertificates": Rule(Act.BOOK_OFFSETS, _CODE),
        "RegisterSaving": Rule(Act.BOOK_OFFSETS, ("saving.region_code",)),
        "ReserveSaving": Rule(Act.BOOK_OFFSETS, _CODE),
        "PostSaving": _OFFSETS,
        "VoidSaving": _OFFSETS,
        "GetOffsets": _READ_PARENT,
        "ListOffsets": _READ_PARENT,
        "ListSavings": _READ_PARENT,
        "ListCertificates": _ALL,
    },
    "budget.v1.PeriodsService": {
        "RecordStatistic": Rule(Act.REPORT, ("statistic.region_code",)),
        "GetStatistic": _READ_CODE,
        "ListStatistics": _READ_PARENT,
        "DeriveEnvelope": Rule(Act.SET_BUDGET, _CODE, persons=("proposer",)),
        "AdoptEnvelope": Rule(Act.SET_BUDGET, persons=("adopter",)),
        "ReviseEnvelope": Rule(Act.SET_BUDGET, signers="signers"),
        "GetEnvelopeProposal": _ALL,
        "ListEnvelopeProposals": _READ_PARENT,
        "ClosePeriod": Rule(Act.SET_BUDGET, _CODE, signers="signers"),
        "ReopenPeriod": Rule(Act.SET_BUDGET, _CODE, signers="signers"),
        "GetPeriod": _READ_CODE,
        "ListPeriodActs": _READ_PARENT,
        "ProposeTrade": Rule(Act.TRADE, ("seller_region_code",), persons=("proposer",)),
        "AcceptTrade": _TRADE,
        "RejectTrade": _TRADE,
        "WithdrawTrade": _TRADE,
        "ExpireTrades": Rule(Act.TRADE),
        "GetTrade": _ALL,
        "ListTrades": _READ_PARENT,
        "ForecastYearEnd": _READ_CODE,
    },
    "capacity.v1.CapacityService": {
        "RegisterLot": Rule(Act.MANAGE_LOTS, ("lot.region_code",)),
        "RecordLotEvidence": Rule(Act.MANAGE_LOTS),
        "GetLot": _ALL,
        "ListLots": _READ_CODE,
        "GetReplacement": _CASE,
        "RecordPlanStep": Rule(Act.PLAN_REPLACEMENT, empty=Empty.ROWS),
        "PostReplacement": Rule(Act.SETTLE_REPLACEMENT, empty=Empty.ROWS),
        "VoidReplacement": Rule(Act.SETTLE_REPLACEMENT, empty=Empty.ROWS),
        "ListLapsing": _CASE,
        "RecordUtilisation": Rule(Act.RECORD_UTILISATION, ("utilisation.region_code",)),
        "GetUtilisation": _READ_CODE,
        "VerifyLots": _VERIFY,
        "ReopenLots": Rule(Act.REOPEN, persons=("person",)),
        "SimulateReplacements": Rule(Act.SIMULATE_POLICY, _CODE),
    },
    "filing.v1.FilingService": {
        "SubmitFiling": Rule(Act.FILE, ("dossier.region_code",)),
        "AmendFiling": Rule(Act.FILE, ("dossier.region_code",)),
        "WithdrawFiling": Rule(Act.FILE, empty=Empty.ROWS),
        "GetFiling": _CASE,
        "ListFilings": _CASE,
    },
    "review.v1.OpinionService": {
        "DraftOpinion": Rule(Act.DRAFT_OPINION, empty=Empty.ROWS, persons=("drafter",)),
        "ReturnOpinion": Rule(Act.RETURN_OPINION, empty=Empty.ROWS, persons=("reviewer",)),
        "IssueOpinion": Rule(Act.ISSUE_OPINION, empty=Empty.ROWS, persons=("signer",)),
        "RevokeOpinion": Rule(Act.REVOKE_OPINION, empty=Empty.ROWS, signers="signers"),
        "RecordConstructionStart": Rule(Act.RECORD_CONSTRUCTION, empty=Empty.ROWS),
        "GetOpinion": _CASE,
        "ListOpinions": _CASE,
    },
    "review.v1.RevocationService": {
        "ProposeRevocation": Rule(Act.REVOKE_OPINION, empty=Empty.ROWS, persons=("proposer",)),
        "SignRevocation": Rule(Act.REVOKE_OPINION, empty=Empty.ROWS, persons=("signer",)),
        "WithdrawRevocation": Rule(Act.REVOKE_OPINION, empty=Empty.ROWS, persons=("person",)),
        "ListRevocations": _CASE,
    },
    "review.v1.ReviewService": {
        "EvaluateProject": Rule(Act.READ, ("dossier.region_code",)),
        "GetReview": _CASE,
        "SimulateReviews": Rule(Act.SIMULATE_POLICY, _CODE),
    },
    "screening.v1.PersonsService": {
        "RecordRuling": Rule(Act.RULE, empty=Empty.ROWS, persons=("person",)),
        "ProposeOverride": Rule(Act.PROPOSE_OVERRIDE, empty=Empty.ROWS, persons=("proposer",)),
        "SignOverride": Rule(Act.SIGN_OVERRIDE, empty=Empty.ROWS, persons=("signer",)),
        "EndOverride": Rule(Act.END_OVERRIDE, empty=Empty.ROWS, persons=("person",)),
        "ListRulings": _CASE,
        "ListOverrides": _CASE,
    },
    "screening.v1.ScreeningService": {
        **dict.fromkeys(("GetDecision", "ListDecisions", "WatchDecisions", "GetCase"), _CASE),
        **dict.fromkeys(("ListDecisionHistory", "ExplainDecision"), _CASE),
        "ReplayDecision": Rule(Act.VERIFY, empty=Empty.ROWS),
        "VerifyDecisions": _VERIFY,
        "ListQueue": Rule(Act.READ, _PARENT, Empty.ROWS),
        "SearchProjects": Rule(Act.READ, _CODE, Empty.ROWS),
        "ListStuckCases": _VERIFY,
    },
    "screening.v1.SimulationService": {"SimulatePolicy": Rule(Act.SIMULATE_POLICY, _CODE)},
    "targets.v1.AssessmentService": {"AssessRegion": _READ_CODE, "GetAnnualReport": _READ_CODE},
    "targets.v1.EntriesService": {
        "EnterReport": Rule(Act.REPORT, ("report.name",), persons=("author",)),
        "EnterLevel": Rule(Act.PUBLISH_LEVEL, ("level.name",), persons=("author",)),
        "PublishEntry": Rule(Act.PUBLISH_LEVEL, _NAME, persons=("publisher",)),
        "WithdrawEntry": Rule(Act.REPORT, _NAME, persons=("person",)),
        "GetEntry": _READ_NAME,
        "ListEntries": _READ_PARENT,
    },
    "targets.v1.PublishingService": {
        "ExportBarometer": Rule(Act.READ, ("parent_region_code",)),
        "ExportAnnualReport": _READ_CODE,
    },
    "targets.v1.ReadingsService": {
        "RegisterEnergyUnit": Rule(Act.REPORT, _CODE),
        "RecordReadings": Rule(Act.REPORT),
        "ListRegionalFigures": _READ_CODE,
        "ListCoverage": _READ_CODE,
        "RebuildReadings": Rule(Act.OPERATE),
    },
    "targets.v1.TargetsService": {
        "ListIndicators": Rule(Act.READ_ORDER, empty=Empty.ROWS),
        "SetTarget": Rule(Act.SET_TARGET, _PARENT),
        **dict.fromkeys(("ListTargets", "CheckBreakdown", "GetSchedule", "ListReports"), _READ_PARENT),
        "ReportIndicator": Rule(Act.REPORT, _NAME),
        "GetIndicator": Rule(Act.READ_ORDER, _PARENT, Empty.ROWS),
        "RecordPublishedLevel": Rule(Act.PUBLISH_LEVEL, _NAME),
        "GetRegionStatus": _READ_NAME,
        "ListRegionStatuses": _ALL,
        "ListLevelHistory": _READ_NAME,
        "GetLevelAsOf": _READ_NAME,
    },
}

METHODS: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        f"/dualcontrol.{service}/{method}": rule
        for service, methods in _SERVICES.items()
        for method, rule in methods.items()
    },
)
"""By the full name of the gRPC method."""
