import time, cProfile, pstats
import pytest
from datetime import UTC, datetime
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from google.type.date_pb2 import Date
pytestmark = pytest.mark.integration

def finding(n):
    f = common.Finding(rule=f"access.rule{n}", title=common.Text(zh="产能利用水平达到标杆"*2, en="the capacity is as it should be"*2), verdict=common.VERDICT_HOLDS,
        because=common.Text(zh="单位产品综合能耗 115 千克标准煤每吨, 不高于标杆 120"*2, en="the unit consumption of 115 kgce/t is not above 120 kgce/t"*2))
    for i in range(4): f.inputs.add(name=f"dossier.products[0].field_{i}", value="123.45")
    for i in range(2): f.under.add(parameter=f"access.p{n}.{i}", document="国家发展和改革委员会令2025年第31号", article="8", value="120", unit="kgce/t", from_date=Date(year=2025, month=9, day=1), verification="confirmed", kind="figure", source="ord31")
    return f

async def test_perf(stub, stream, made, policy, pool):
    await stream.take(made.level(3))
    N = 4000
    rev = [finding(n) for n in range(16)]
    rep = [finding(n) for n in range(16, 21)]
    for start in range(0, N, 500):
        ids = [f"f-{n:06d}" for n in range(start, start + 500)]
        await stream.take(*[made.accepted(i) for i in ids])
        evs = []
        for i in ids:
            e = made.reviewed(i, kgce=0); e.review.findings.extend(rev); evs.append(e)
        await stream.take(*evs)
        evs = []
        for i in ids:
            e = made.replaced(i); e.replacement.findings.extend(rep); evs.append(e)
        await stream.take(*evs)
    print(await pool.fetchval("select avg(length(decision)) from decision"))
    await pool.execute("ANALYZE")
    for _ in range(3):
        t = time.perf_counter()
        last = None
        async for a in stub.VerifyDecisions(pb.VerifyDecisionsRequest(), timeout=300):
            last = a
        dt = time.perf_counter() - t
        print("RATE", last.looked_at, last.complete, last.looked_at / dt)
    p = cProfile.Profile(); p.enable()
    async for a in stub.VerifyDecisions(pb.VerifyDecisionsRequest(), timeout=300):
        pass
    p.disable(); pstats.Stats(p).sort_stats("tottime").print_stats(28)
