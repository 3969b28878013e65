"""Many policies on many hosts, a third of them failing in ten ways: each is checked once, rightly, and no host is hurried."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path

import pytest

from monitor.config import load
from monitor.database import Database
from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration
from monitor.home import utc_now
from monitor.policies import sync
from tests.homes import CommandLine, settings
from tests.pages import POLICY
from tests.site import Site

DELAY_SECONDS = 0.2
CLOSED_PORT = 9

WAYS = {  # of failing -> the outcome, and what its reason says
    "gone": ("inaccessible", ""),
    "broken": ("inaccessible", ""),
    "hangs": ("failed", "took too long"),
    "torn": ("failed", "broke off"),
    "huge": ("failed", "too large"),
    "loop": ("failed", "redirected more than 5 times"),
    "forbidden": ("failed", "robots.txt of"),
    "nameless": ("failed", "DNS lookup failed"),
    "refused": ("failed", "refused the connection"),
    "hurried": ("inaccessible or failed", ""),
}


@dataclass
class Web:
    """`hosts` addresses of one site, and `policies` pages on them."""

    site: Site
    policies: int
    hosts: int

    def way(self, number: int) -> str:
        return list(WAYS)[number // 3 % len(WAYS)] if number % 3 == 0 else "fine"

    def url(self, number: int) -> str:
        way, place = self.way(number), number % self.hosts
        path = f"/{way}/{number}"
        if way == "nameless":
            return f"http://nobody{place}.invalid{path}"
        if way == "refused":
            return f"http://127.2.{place // 250}.{place % 250 + 1}:{CLOSED_PORT}{path}"
        # a host that refuses once is left alone: the others' pages are not to suffer from it
        first = 3 if way == "hurried" else 1
        return self.site.url(path, host=f"127.{first}.{place // 250}.{place % 250 + 1}")

    def script(self) -> None:
        self.site.robots("User-agent: *\nDisallow: /forbidden/\n")
        for number in range(self.policies):
            way = self.way(number)
            path = f"/{way}/{number}"
            if way == "fine":
                self.site.page(path, POLICY)
            elif way == "gone":
                self.site.page(path, "<p>Not found", status=404)
            elif way == "broken":
                self.site.page(path, "<p>Sorry", status=500)
            elif way == "hangs":
                self.site.hang(path)
            elif way == "torn":
                self.site.page(path, POLICY, breaks_after=50)
            elif way == "huge":
                self.site.page(path, chunks=lambda: repeat(bytes(1024 * 1024), 11))
            elif way == "loop":
                self.site.redirect(path, path)
            elif way == "hurried":
                self.site.page(path, "<p>Slow down", status=429, headers={"Retry-After": "3600"})

    def declare(self, home: Path) -> None:
        settings(home, "[crawl]\n")
        file = home / "smallprint.toml"
        lines = [
            "[crawl]",
            "allow_private = true",
            f"delay_seconds = {DELAY_SECONDS}",
            "timeout_seconds = 2",
            "browser = false",
        ]
        file.write_text("\n".join(lines), encoding="utf-8")
        database = Database(load(home, {}).database_url(home))
        database.upgrade()
        declared = [
            Declaration(
                service=f"Service {number}",
                policies=(
                    PolicyDeclaration(type="Privacy Policy", sources=(SourceDeclaration(url=self.url(number)),)),
                ),
            )
            for number in range(self.policies)
        ]
        with database.writing() as session:
            sync(session, declared, interval_seconds=86400, now=utc_now())
        database.close()

    def wrong(self, checks: list[dict]) -> list[str]:
        """What is not as it must be."""
        by_policy = {check["policy"]: check for check in checks}
        found = (
            []
            if len(by_policy) == len(checks) == self.policies
            else [f"{len(checks)} checks of {len(by_policy)} policies"]
        )
        for number in range(self.policies):
            check = by_policy.get(f"service-{number}/privacy-policy")
            outcome, words = WAYS.get(self.way(number), ("first", ""))
            if check is None or check["outcome"] not in outcome or words not in check["reason"]:
                found.append(f"{self.way(number)}: {check}")
        return found

    def hurried_hosts(self) -> list[tuple[str, float]]:
        """The hosts that saw two requests with less than the delay between them."""
        moments = defaultdict(list)
        for visit in self.site.visits:
            moments[visit.headers["host"]].append(visit.at)
        shortest = {host: min((b - a for a, b in pairwise(at)), default=9.0) for host, at in moments.items()}
        return [(host, gap) for host, gap in shortest.items() if gap < DELAY_SECONDS]


@pytest.mark.parametrize(
    ("policies", "hosts", "runs"),
    [
        (240, 24, 2),
        pytest.param(2000, 200, 1, marks=pytest.mark.prove),
        pytest.param(2000, 200, 2, marks=pytest.mark.prove),
    ],
)
@pytest.mark.timeout(1200)
def test_every_policy_has_exactly_one_right_check_and_no_host_is_hurried(
    tmp_path: Path, policies: int, hosts: int, runs: int
):
    home = tmp_path / "home"
    with Site("0.0.0.0") as site:
        web = Web(site, policies, hosts)
        web.script()
        web.declare(home)
        running = [CommandLine(home).start("run") for _ in range(runs)]
        codes = [process.wait(1100) for process in running]
        assert set(codes) <= {0, 2}
        assert web.wrong(CommandLine(home).json("checks")) == []
        assert web.hurried_hosts() == []
        asked = Counter(path for path in site.paths() if path.startswith("/fine/"))
        assert set(asked.values()) == {1}
        assert len(asked) == sum(web.way(number) == "fine" for number in range(policies))
