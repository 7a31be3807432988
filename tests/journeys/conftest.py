"""A real `educa run`, a real browser, and an eye on every page that is opened."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    Error,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)

from tests import servers
from tests.journeys.checks import problems_of
from tests.mailbox import Mailbox, mailbox
from tests.migrated import first_of_run
from tests.missing import miss

collect_ignore = [] if os.environ.get("EDUCA_TEST_PICTURES") else ["test_pictures.py"]
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SHELL = ("chromium-headless-shell", "chrome-headless-shell")  # its engine, without all around it
ARGUMENTS = [  # for a machine without a graphics card, a sandbox or the internet
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEMO_PASSWORD = "educa-demo"
PATIENCE = 180  # seconds until a site that has not started counts as broken
WAIT = 30_000  # milliseconds until what a page should show counts as missing, on a busy machine
# Prepares what tests ask for, in one process: each would take longer to start than all it does.
PREPARE = """
import contextlib, io, json, sys
for line in sys.stdin:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code, given = json.loads(line)
        exec(code, {"given": given})
    print(json.dumps(told.getvalue()), flush=True)
"""


@dataclass
class Site:
    """A running Educa with the demonstration in it."""

    address: str
    folder: Path
    mailbox: Mailbox
    preparing: "subprocess.Popen[bytes]"
    signed_in: dict[str, Any] = field(default_factory=dict)

    def prepare(self, code: str, **given: Any) -> str:
        """Run code beside the site, with its database and with `given`; what it has printed."""
        assert self.preparing.stdin
        assert self.preparing.stdout
        self.preparing.stdin.write(json.dumps([code, given]).encode() + b"\n")
        self.preparing.stdin.flush()
        told = self.preparing.stdout.readline()
        assert told, "what was to be prepared failed: its traceback is on stderr"
        return str(json.loads(told))


class Visitor:
    """Somebody at a browser. Each page is looked at when it is opened, or when `look` is called."""

    def __init__(self, page: Page, site: Site, *, scripts: bool) -> None:
        self.site = site
        self.scripts = scripts
        self.troubles: list[str] = []
        self.page = page
        self._watch(page)

    def _watch(self, page: Page) -> None:
        page.on("request", lambda request: self._note_foreign(request.url))
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("console", lambda message: self._note_console(message.type, message.text))

    def _note_foreign(self, url: str) -> None:
        if not url.startswith((self.site.address + "/", "data:", "blob:", "about:")):
            self.troubles.append(f"request to another host: {url}")

    def _note_console(self, kind: str, text: str) -> None:
        # The browser reports the status of a page that is an error page by intention.
        if kind == "error" and not re.search(r"status of 4\d\d", text):
            self.troubles.append(f"console: {text}")

    def visit(self, path: str, *, status: int = 200) -> Response:
        """Open a page and look at it."""
        response = self._go(self.site.address + path)
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        self.look()
        return response

    def _go(self, url: str) -> Response | None:
        """Open an address; where a page that was on its way came in between, once more."""
        try:
            return self.page.goto(url, wait_until="load")
        except Error as error:
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.wait_for_load_state("load")
            return self.page.goto(url, wait_until="load")

    def look(self) -> None:
        """Nothing on this page is wider than the window, inaccessible, foreign or broken."""
        if self.scripts:
            self.troubles += problems_of(self.page)
        assert self.troubles == [], f"{self.page.url}: " + "; ".join(self.troubles)

    def crash(self) -> None:
        """The page dies without a word, and a new one is there to be used.

        A page that is closed may still send something, even out of an emulated lack of network, which
        ends with the page.
        """
        with self.page.expect_event("crash"), suppress(Error):
            self.page.goto("chrome://crash")
        self.page.close()
        self.page = self.page.context.new_page()
        self._watch(self.page)

    def press(self, name: str) -> None:
        """Press the button of this name, and look at the page that comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the link of this name in the page's main part, and look at the page that comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.look()

    @property
    def path(self) -> str:
        """Where the visitor is, without the host."""
        return self.page.url.removeprefix(self.site.address)


@pytest.fixture(scope="session")
def mails() -> Iterator[Mailbox]:
    """The mail server of the site."""
    with mailbox() as server:
        yield server


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, mails: Mailbox) -> Path:
    """The data directory of a site that was started once, on an empty folder, as anybody would start it."""
    with first_of_run("begun", tmp_path_factory) as (folder, is_first):
        if is_first:
            with _running(folder, mails):
                pass
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, begun: Path, mails: Mailbox) -> Iterator[Site]:
    """`educa run`, with the demonstration that its first start has loaded."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(begun / "data", folder / "data")
    with _running(folder, mails) as (address, environment):
        preparing = servers.spawn(
            [sys.executable, "-m", "educa", "manage", "shell", "-v0", "-c", PREPARE],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with preparing:  # its input is closed at the end, and then it ends
            yield Site(address, folder, mails, preparing)


@contextmanager
def _running(folder: Path, mails: Mailbox) -> Iterator[tuple[str, dict[str, str]]]:
    """`educa run` for the length of a block: its address, and its environment."""
    log = folder / "log"
    environment = _environment(folder, mails)
    with log.open("wb") as output:
        process = servers.spawn(
            [sys.executable, "-m", "educa", "run"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield _address(process, log), environment
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        finally:
            process.kill()


def _environment(folder: Path, mails: Mailbox) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("EDUCA_")}
    others.pop("DJANGO_SETTINGS_MODULE", None)
    return {
        **others,
        "PYTHONPATH": str(ROOT / "src"),
        "EDUCA_DATA_DIR": str(folder / "data"),
        "EDUCA_LANGUAGES": "en,en-xa,ar-xb",
        "EMAIL_URL": f"smtp://{mails.address}",
        "PORT": str(servers.free_port()),
    }


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the site has said where it is."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        # With what comes after it: half an address may be there already.
        if said := re.search(r"(http://[\w.:\[\]]+)/\s", log.read_text(errors="replace")):
            return said[1]
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    process.kill()
    raise RuntimeError(f"`educa run` did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What starts browsers. For one module: while it runs, Django's database refuses to be used."""
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium, with everything that it has at a desk."""
    with launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def headless_shell(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The same engine in two thirds of the time, where it is installed; else Chromium."""
    if (program := _found(SHELL)) is None:
        yield request.getfixturevalue("chromium")
        return
    with launched(request.getfixturevalue("playwright"), program) as browser:
        yield browser


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """What the test's visitors have; Chromium for those that are marked `whole_browser`."""
    is_whole = request.node.get_closest_marker("whole_browser") is not None
    browser: Browser = request.getfixturevalue("chromium" if is_whole else "headless_shell")
    return browser


@contextmanager
def launched(playwright: Playwright, program: str | None = None, **how: Any) -> Iterator[Browser]:
    """A headless browser, by default Chromium, started as Playwright does and in the way that is asked for."""
    if (program := program or _found(CHROMIUM)) is None:
        miss("Chromium is missing: install the Debian package chromium")
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, **how)
    yield browser
    browser.close()


def _found(programs: Sequence[str]) -> str | None:
    """Where the first of these is that is installed."""
    return next(filter(None, map(shutil.which, programs)), None)


Arrive = Callable[..., Visitor]


@pytest.fixture
def arrive(site: Site, browser: Browser) -> Iterator[Arrive]:
    """Make visitors: `arrive(account, width=390, theme="dark", scripts=False, language="ar-xb")`."""
    contexts = []

    def make(
        account: str = "",
        *,
        width: int = 1440,
        theme: str = "light",
        scripts: bool = True,
        language: str = "",
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            is_mobile=width < 600,
            has_touch=width < 600,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            storage_state=_signed_in(site, browser, account) if account else None,
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        if language:
            context.add_cookies([{"name": "language", "value": language, "url": site.address}])
        return Visitor(context.new_page(), site, scripts=scripts)

    yield make
    for context in contexts:
        context.close()


def _signed_in(site: Site, browser: Browser, account: str) -> Any:
    """The cookies of a demonstration account, which signs in once for all tests."""
    if account not in site.signed_in:
        context = browser.new_context()
        sign_in(context.new_page(), site.address, account)
        site.signed_in[account] = context.storage_state()
        context.close()
    return site.signed_in[account]


def sign_in(page: Page, address: str, name: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the sign-in page and send it."""
    page.goto(f"{address}/accounts/login/")
    form = page.get_by_role("main")
    form.locator("input[name=login]").fill(name)
    form.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        form.locator("input[name=password]").press("Enter")


@pytest.fixture(
    params=[
        pytest.param({"width": 390, "theme": "light"}, id="phone"),
        pytest.param({"width": 1440, "theme": "dark"}, id="desktop, dark"),
    ]
)
def device(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What people look at pages with; both widths and both themes in two."""
    return dict(request.param)
