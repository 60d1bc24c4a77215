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
        t = time.perf_counter(); c=time.process_time()
        last = None
        async for a in stub.VerifyDecisions(pb.VerifyDecisionsRequest(), timeout=300):
            last = a
        dt = time.perf_counter() - t
        print("CPU us each", (time.process_time()-c)/last.looked_at*1e6)
        print("RATE", last.looked_at, last.complete, last.looked_at / dt)

    from screening.adapters.archive import PostgresArchive
    from screening.domain.differences import NOWHERE
    from screening.application.replays.replay import replay
    from screening.domain.replaying import made_again
    begin_ = stream.begin
    def clock(): return time.process_time()
    async with begin_() as work:
        await work.archive.page(NOWHERE, 500)
        a=clock(); page = await work.archive.page(NOWHERE, 500); b=clock(); print("page", (b-a)/500*1e6)
        a=clock(); facts = await work.archive.facts_of([one.kept for one in page]); b=clock(); print("facts", (b-a)/500*1e6)
    a=clock(); ds=[made_again(w.kept, f, policy) for w, f in zip(page, facts)]; b=clock(); print("again", (b-a)/500*1e6)
    a=clock(); [work.archive.written(d) for d in ds]; b=clock(); print("written", (b-a)/500*1e6)
