"""What stands on pages that only a person can bring it to: entered by the portal's own forms, over HTTP."""

from typing import Final

import httpx
from e2e.demo.signing_in import Entrance
from e2e.portal.surfing import Surfer, form_of
from e2e.support.platform import Platform

REGION: Final = "632200"
ISSUED: Final = "2608-632801-04-01-900123"
"""An invented filing that is approved."""
LAW: Final = """\
parameters:
  - id: review.invented_for_the_walk
    title_zh: 虚构的参数
    title_en: an invented parameter
    unit: tce/a
    values:
      - {from: 2026-01-01, value: "5000", document: 虚构示例, verification: policy_default}
"""
OK, SEE_OTHER = 200, 303


def sent(person: Surfer, path: str, **said: str) -> str:
    """The page's form, filled in and sent. Gives where it leads."""
    page = person.get(path)
    assert page.status_code == OK, (path, page.text)
    answer = person.post(path, {**form_of(page).values, **said, "step": "send"})
    assert answer.status_code == SEE_OTHER, (path, answer.text)
    return str(answer.headers["location"])


async def enter(platform: Platform, entrance: Entrance) -> None:
    """A level that waits to be published, an opinion that may be revoked, a draft of law that waits for approval."""
    people = [Surfer(entrance).sign_in(f"{role}.qinghai") for role in ("statistics", "drafter", "signer", "policy")]
    statistics, drafter, signer, policy = people
    try:
        if statistics.get(f"/regions/{REGION}/entries/1").status_code != OK:
            stated = {"scale": "SCALE_TOTAL", "level": "WARNING_LEVEL_THREE", "period_end": "2026-10-31"}
            sent(statistics, f"/regions/{REGION}/entries/level", **stated, document="虚构示例, 非真实预警")
            await _issued(platform, drafter, signer)
            await _put_forward(platform, policy)
    finally:
        for one in people:
            one.close()


async def _issued(platform: Platform, drafter: Surfer, signer: Surfer) -> None:
    top = f"/projects/{ISSUED}"

    def draft() -> httpx.Response:
        return drafter.get(f"{top}/opinion/draft")

    # Until the decision has reached the service of opinions.
    await platform.until(draft, lambda page: page.status_code == OK and 'name="text"' in page.text)
    sent(drafter, f"{top}/opinion/draft", text="原则同意该项目节能报告 (虚构)。")
    sent(signer, f"{top}/opinions/1/issue", document="虚构〔2026〕900123号")
    sent(signer, f"{top}/opinions/1/revoke", reason="虚构示例: 能耗数据有误")


async def _put_forward(platform: Platform, policy: Surfer) -> None:
    page = form_of(policy.get("/what-if"))
    answer = policy.post("/what-if", {**page.values, "file": "invented.yaml", "text": LAW})
    assert answer.status_code == SEE_OTHER, answer.text
    run = answer.headers["location"]
    assert policy.post(run, form_of(policy.get(run)).values).status_code == SEE_OTHER
    # Until the draft has been tried on every filing.
    await platform.until(lambda: policy.get(run), lambda page: f"{run}/propose" in page.text)
    sent(policy, f"{run}/propose", document="虚构〔2026〕1号")
