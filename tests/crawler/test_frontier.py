"""The frontier: no host is asked twice at once or too early, and none stands in another's way."""

import asyncio
from itertools import pairwise

from crawler.frontier import Frontier
from monitor.types import DueSource


def source(number: int, host: str) -> DueSource:
    return DueSource(check_id=number, source_id=number, policy="acme/privacy-policy", url=f"http://{host}/{number}")


def given_out(
    batches: list[list[DueSource]], *, delay: float, fetch: float, at_once: int = 100
) -> list[tuple[float, str]]:
    """When which host was asked, of a frontier whose sources take `fetch` seconds each."""
    ended: dict[str, float] = {}
    asked: list[tuple[float, str]] = []

    async def claim() -> list[DueSource]:
        await asyncio.sleep(0)
        return batches.pop(0) if batches else []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()

        def wait(host: str) -> float:
            return max(0.0, ended[host] + delay - loop.time()) if host in ended else 0.0

        async def fetched(one: DueSource, host: str) -> None:
            await asyncio.sleep(fetch)
            ended[host] = loop.time()
            frontier.done((one.check_id, one.source_id))

        frontier = Frontier(claim, wait, at_once=at_once)
        running = []
        async for one in frontier:
            host = one.url.split("/")[2]
            asked.append((loop.time() - began, host))
            running.append(asyncio.ensure_future(fetched(one, host)))
        await asyncio.gather(*running)

    asyncio.run(main())
    return asked


def test_a_host_is_asked_for_one_at_a_time_and_after_its_delay():
    asked = given_out([[source(number, "acme.test") for number in range(5)]], delay=0.05, fetch=0.02)
    moments = [moment for moment, _ in asked]
    assert all(later - earlier >= 0.069 for earlier, later in pairwise(moments))


def test_a_host_with_many_policies_stands_in_nobodys_way():
    many = [source(number, "slow.test") for number in range(8)]
    others = [[source(100 + number, f"{number}.test")] for number in range(20)]
    asked = given_out([many, *others], delay=0.05, fetch=0.01)
    assert len(asked) == 28
    quick = [moment for moment, host in asked if host != "slow.test"]
    assert max(quick) < max(moment for moment, _ in asked) / 3


def test_no_more_are_on_their_way_than_told():
    batch = [source(number, f"{number}.test") for number in range(9)]
    asked = given_out([batch], delay=0.0, fetch=0.05, at_once=3)
    assert [round(moment / 0.05) for moment, _ in asked] == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_without_anything_to_claim_it_ends():
    assert given_out([], delay=1.0, fetch=1.0) == []
