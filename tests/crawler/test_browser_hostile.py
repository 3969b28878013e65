"""Whatever a page does to the browser costs that page, and no other: the next is read, and nothing is left behind."""

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.browser import BrowserHandler
from crawler.memory import ALL_BYTES, PROCESS_BYTES, Process, family, too_large
from monitor.types import FetchResult
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site

LEFT_SECONDS = 5.0


def running() -> dict[int, str]:
    """The numbers and command lines of Chromium's processes below this one. A dead one that nobody reaped counts."""
    found = {}
    for process in family(os.getpid()):
        with contextlib.suppress(OSError):
            if named(process.number).startswith("chrom"):
                command = Path(f"/proc/{process.number}/cmdline").read_bytes()
                found[process.number] = command.replace(b"\0", b" ").decode()
    return found


def named(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()


def orphans(temporary: Path) -> list[str]:
    """What was started with this folder for its temporary files, and runs on, whoever its parent is now."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(folder.name) != os.getpid() and str(temporary).encode() in (folder / "environ").read_bytes():
                found.append(named(int(folder.name)))
    return found


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the browser keeps what it keeps; a short path, for the address of a Unix socket has to hold it."""
    with tempfile.TemporaryDirectory(prefix="kept") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.fixture(autouse=True)
def left(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """After each test: no context, no process, no file of the browser is left."""
    contexts: list[int] = []
    close = BrowserHandler._close

    async def counting(handler: BrowserHandler) -> None:
        if hasattr(handler, "browser"):
            contexts.append(len(handler.browser.contexts) + len(handler.context_wrappers))
        await close(handler)

    monkeypatch.setattr(BrowserHandler, "_close", counting)
    yield contexts
    assert sum(contexts) == 0
    until = time.monotonic() + LEFT_SECONDS
    while (running() or orphans(temporary)) and time.monotonic() < until:
        time.sleep(0.05)
    assert (running(), orphans(temporary)) == ({}, [])
    assert [file for file in temporary.rglob("*") if file.is_file()] == []


@pytest.fixture
def read(site: Site, crawled: Crawling) -> Callable[..., dict[str, FetchResult]]:
    """`read({path: html}, ...)`: the pages one after the other through one browser, the good page last, by path."""

    def run(pages: dict[str, str], **settings: object) -> dict[str, FetchResult]:
        site.page("/good", POLICY)
        for path, html in pages.items():
            site.page(path, html)
        paths = [*pages, "/good"]
        sources = [replace(as_source(site.url(path), number), browser="always") for number, path in enumerate(paths)]
        in_order = {"concurrent_requests": 1}
        return {paths[result.source_id]: result for result in crawled(*sources, **(in_order | settings)).results}

    return run


def is_read(result: FetchResult) -> bool:
    return result.error == "" and "thirty days" in result.capture.body.decode()


def test_a_script_without_end_is_given_up(read):
    done = read(
        {"/spin": f"{POLICY}<script>setTimeout(() => {{ while (1) {{}} }}, 50)</script>"}, browser_timeout_seconds=3
    )
    assert done["/spin"].error == "the browser gave up after 3 s"
    assert is_read(done["/good"])


def test_alerts_without_end_are_given_up(read):
    done = read({"/alert": f"{POLICY}<script>while (1) alert('And now?')</script>"}, browser_timeout_seconds=3)
    assert done["/alert"].error == "the browser gave up after 3 s"
    assert is_read(done["/good"])


def test_dialogs_of_all_kinds_are_passed_over(read):
    dialogs = "alert(1); confirm(2); prompt(3); print(); window.onbeforeunload = () => 'Stay!'"
    assert is_read(read({"/ask": f"{POLICY}<script>{dialogs}</script>"})["/ask"])


@pytest.mark.prove
def test_ten_thousand_frames_cost_their_page_alone(read, site: Site):
    site.page("/frame", "<p>Frame</p>")
    make = "for (let n = 0; n < 10000; n++) document.body.append(Object.assign(document.createElement('iframe'), {src: S}))"
    pages = {
        "/empty": f"{POLICY}<script>{make.replace('S', '`about:blank`')}</script>",
        "/full": f"{POLICY}<script>{make.replace('S', '`/frame?${n}`')}</script>",
    }
    done = read(pages)
    assert is_read(done["/good"])
    assert sum(path.startswith("/frame") for path in site.paths()) <= 30


def test_frames_of_many_sites_are_not_a_process_each(read):
    most: list[int] = []
    stop = threading.Event()
    watch = threading.Thread(target=lambda: [most.append(len(running())) for _ in iter(lambda: stop.wait(0.1), True)])
    with Site("0.0.0.0") as sites:
        sites.page("/frame", "<p>Frame</p>")
        frames = "".join(f"<iframe src=http://127.0.7.{number}:{sites.port}/frame></iframe>" for number in range(200))
        watch.start()
        done = read({"/sites": POLICY + frames})
        stop.set()
        watch.join()
        assert 3 <= len(sites.paths()) <= 30
    assert is_read(done["/sites"])
    assert is_read(done["/good"])
    assert max(most) < 60


EATERS = {
    "objects": "const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length))",
    "buffers": "const kept = []; setInterval(() => { for (let n = 0; n < 4; n++) kept.push(new Uint8Array(1 << 26).fill(1)) }, 10)",
    "text": "let text = 'x'; const kept = []; setInterval(() => { text += text; kept.push(text.split('')) }, 10)",
    "elements": "setInterval(() => { for (let n = 0; n < 2e5; n++) document.body.append(document.createElement('p')) }, 1)",
    "workers": """const code = URL.createObjectURL(new Blob(['const k = []; setInterval(() => k.push(new Uint8Array(1 << 26).fill(1)), 10)']));
        for (let n = 0; n < 8; n++) new Worker(code)""",
    "shared": "const kept = []; setInterval(() => kept.push(new Uint8Array(new WebAssembly.Memory({initial: 2000, maximum: 2000}).buffer).fill(1)), 10)",
}


@pytest.mark.parametrize("eater", EATERS)
def test_memory_without_end_costs_its_page_alone(read, eater: str):
    most: list[int] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.1):
            most.append(sum(process.memory_bytes for process in family(os.getpid()) if process.number in running()))

    watch = threading.Thread(target=look)
    watch.start()
    began = time.monotonic()
    done = read({"/eats": f"<p>Loading</p><script>{EATERS[eater]}</script>"}, browser_timeout_seconds=12)
    stop.set()
    watch.join()
    assert time.monotonic() - began < 30
    assert done["/eats"].error.startswith("the browser ")
    assert is_read(done["/good"])
    assert max(most) < ALL_BYTES + PROCESS_BYTES


def test_a_document_that_is_too_large_is_refused_before_it_leaves_the_browser(read):
    fill = "document.body.append(document.createComment('x'.repeat(25 << 20)))"
    done = read({"/large": f"{POLICY}<script>{fill}</script>"})
    assert done["/large"].error == f"too large: the page in the browser has more than {20 << 20} bytes"
    assert is_read(done["/good"])


def zips(folder: Path) -> list[str]:
    """Downloads in a folder whose other files come and go meanwhile."""
    return [name for _, _, names in os.walk(folder) for name in names if name.endswith(".zip")]


def test_downloads_are_refused_and_none_is_on_disk(read, site: Site, temporary: Path):
    site.page("/file", b"PK" * 100_000, headers={"Content-Disposition": "attachment; filename=f.zip"})
    start = "for (let n = 0; n < 20; n++) { const a = document.createElement('a'); a.href = '/file?' + n; a.download = 'f'; a.click() }"
    seen: list[str] = []
    stop = threading.Event()
    watch = threading.Thread(target=lambda: [seen.extend(zips(temporary)) for _ in iter(lambda: stop.wait(0.05), True)])
    watch.start()
    done = read({"/starts": f"{POLICY}<script>{start}</script><iframe src=/file></iframe>"})
    stop.set()
    watch.join()
    assert is_read(done["/starts"])
    assert seen == []


def test_a_source_that_is_a_download_fails_in_words(crawled: Crawling, site: Site):
    site.page("/file", b"PK", headers={"Content-Disposition": "attachment"}, content_type="application/zip")
    result = crawled(replace(as_source(site.url("/file")), browser="always")).only
    assert result.error.startswith("the browser failed: ")


def test_windows_are_not_opened(read, site: Site):
    opening = "for (let n = 0; n < 100; n++) window.open('/window?' + n)"
    assert is_read(read({"/opens": f"{POLICY}<script>{opening}</script>"})["/opens"])
    assert not [path for path in site.paths() if path.startswith("/window")]


def test_no_service_worker_is_registered(read, site: Site):
    site.page("/worker.js", "", content_type="text/javascript")
    register = "navigator.serviceWorker.register('/worker.js')"
    trick = "const f = document.createElement('iframe'); document.body.append(f); f.contentWindow." + register
    pages = {"/plainly": f"{POLICY}<script>{register}</script>", "/by-frame": f"{POLICY}<script>{trick}</script>"}
    done = read(pages)
    assert all(is_read(result) for result in done.values())
    assert "/worker.js" not in site.paths()


def test_one_page_knows_nothing_of_another(read):
    tell = "<script>document.body.append(document.cookie + localStorage.getItem('k') + name); document.cookie = 'k=v'; localStorage.setItem('k', 'told'); name = 'told'</script>"
    done = read({"/first": POLICY + tell, "/second": POLICY + tell})
    assert is_read(done["/second"])
    assert "null</body>" in done["/second"].capture.body.decode()


def when_asked_for(site: Site, path: str, act: Callable[[], None]) -> None:
    """Does something to the browser, once, when it has asked for this path."""
    acted: list[bool] = []

    def body() -> bytes:
        if not acted:
            acted.append(True)
            act()
        return b""

    site.page(path, body, content_type="text/javascript")


def browsers() -> list[int]:
    return [number for number, command in running().items() if "--type=" not in command and "chrom" in command]


def renderers() -> list[int]:
    return [number for number, command in running().items() if "--type=renderer" in command]


SLOW = f"{POLICY}<script src=/now.js></script><script src=/never.js></script>"


def test_a_killed_renderer_costs_its_page_alone(read, site: Site):
    site.hang("/never.js")
    when_asked_for(site, "/now.js", lambda: [os.kill(number, signal.SIGKILL) for number in renderers()])
    began = time.monotonic()
    done = read({"/slow": SLOW}, browser_timeout_seconds=10)
    assert done["/slow"].error == "the browser failed: the page crashed, or took more memory than a page may"
    assert is_read(done["/good"])
    assert time.monotonic() - began < 9


def test_after_a_killed_browser_the_page_is_read_by_a_new_one(read, site: Site):
    when_asked_for(site, "/now.js", lambda: [os.kill(number, signal.SIGKILL) for number in browsers()])
    done = read({"/slow": f"{POLICY}<script src=/now.js></script>"})
    assert is_read(done["/slow"])
    assert is_read(done["/good"])


def test_a_page_that_always_kills_the_browser_is_given_up(read, site: Site):
    def kill() -> bytes:
        for number in browsers():
            os.kill(number, signal.SIGKILL)
        return b""

    site.page("/now.js", kill, content_type="text/javascript")
    done = read({"/slow": f"{POLICY}<script src=/now.js></script>"})
    assert done["/slow"].error.startswith("the browser failed: ")
    assert is_read(done["/good"])


@pytest.mark.parametrize("which", [browsers, renderers])
def test_what_hangs_is_ended(read, site: Site, which: Callable[[], list[int]]):
    when_asked_for(site, "/now.js", lambda: [os.kill(number, signal.SIGSTOP) for number in which()])
    began = time.monotonic()
    done = read({"/slow": f"{POLICY}<script src=/now.js></script>"}, browser_timeout_seconds=3)
    assert done["/slow"].error == "the browser gave up after 3 s"
    assert is_read(done["/good"])
    assert time.monotonic() - began < 20


def test_a_browser_that_hangs_at_the_end_of_the_crawl_is_ended(crawled: Crawling, site: Site):
    site.page("/good", POLICY)

    def keep(result: FetchResult) -> None:
        for number in browsers():
            os.kill(number, signal.SIGSTOP)

    began = time.monotonic()
    crawled(replace(as_source(site.url("/good")), browser="always"), keep=keep)
    assert time.monotonic() - began < 15


def test_the_largest_process_ends_when_it_or_all_hold_too_much():
    small, large = Process(1, 1000), Process(3, PROCESS_BYTES + 1)
    assert too_large([]) is None
    assert too_large([small, small]) is None
    assert too_large([small, large]) == 3
    assert too_large([Process(number, ALL_BYTES // 4) for number in range(1, 5)]) is None
    assert too_large([Process(number, ALL_BYTES // 4 + number) for number in range(1, 5)]) == 4
