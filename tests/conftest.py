"""What every test may ask for. Real services on a real database; no network but loopback."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import playwright
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade
from sqlalchemy import make_url, select
from werkzeug.test import TestResponse

from petitions import create_app
from petitions.core import clock as house_clock
from petitions.core.db import db
from petitions.core.settings import Settings
from petitions.mail import services as mail
from petitions.mail.letter import Letter
from petitions.mail.models import OutgoingMessage
from petitions.web.cache import page_cache
from petitions.web.limits import limiter
from tests import loopback
from tests.postgres import Cluster, NoPostgres, postgres_cluster
from tests.servers import House, started_house

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

loopback.stay_at_home()

TRANSLATIONS = Path(__file__).resolve().parent.parent / "petitions" / "translations"


def pytest_sessionstart() -> None:
    """Compile the catalogues that are newer than what was compiled of them, as `make` does."""
    for source in TRANSLATIONS.rglob("*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as po, compiled.open("wb") as mo:
                write_mo(mo, read_po(po, locale=source.parts[-3]))


DATABASES = ("sqlite", "postgresql")
A_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


# -- databases --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A throw-away PostgreSQL; without its programs the test is skipped, and says why."""
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(postgres_cluster(fsync=False))
        except NoPostgres as reason:
            pytest.skip(str(reason))
        yield cluster


@pytest.fixture(scope="session")
def postgresql_url(postgres: Cluster) -> str:
    """The address of an empty database of PostgreSQL, for tests that need no other."""
    return postgres.create_database("empty")


@dataclass
class Applications:
    """Makes one application for each database of the run, when it is first asked for."""

    folder: Path
    postgres: Callable[[], Cluster]
    _made: dict[str, Flask] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def shared(self, kind: str) -> Flask:
        """Return the application whose database all isolated tests share."""
        if kind not in self._made:
            self._made[kind] = self._migrated(self._empty_database(kind))
        return self._made[kind]

    @contextmanager
    def own(self, kind: str) -> Iterator[Flask]:
        """Give an application with a migrated database of its own, where commits are real."""
        template = self.shared(kind)
        dispose_of(template)
        url = self._copy_of(template)
        app = create_app(settings_for(url, self.folder / f"own-{next(self._numbers)}"))
        try:
            yield app
        finally:
            dispose_of(app)
            self._drop(url)

    def close(self) -> None:
        for app in self._made.values():
            dispose_of(app)

    def _empty_database(self, kind: str) -> str:
        if kind == "postgresql":
            return self.postgres().create_database("shared")
        return f"sqlite:///{self.folder / 'shared.db'}"

    def _copy_of(self, app: Flask) -> str:
        settings: Settings = app.config["SETTINGS"]
        url = make_url(settings.database_url)
        name = f"own_{next(self._numbers)}"
        if url.get_backend_name() == "postgresql":
            return self.postgres().create_database(name, template=str(url.database))
        copy = self.folder / f"{name}.db"
        shutil.copyfile(str(url.database), copy)
        return f"sqlite:///{copy}"

    def _drop(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            self.postgres().drop_database(str(parsed.database))

    def _migrated(self, url: str) -> Flask:
        app = create_app(settings_for(url, self.folder / "instance"))
        with app.app_context():
            upgrade()
        return app


def settings_for(url: str, instance: Path) -> Settings:
    """Return the settings of a test installation."""
    instance.mkdir(parents=True, exist_ok=True)
    return Settings(
        secret_key="a secret for tests, as long as it must be",
        master_key=bytes(range(32)),
        database_url=url,
        public_url="https://appeals.example.org",
        smtp_url=None,
        mail_from="appeals@example.org",
        redis_url=None,
        instance_dir=instance,
        trusted_proxies=0,
        sign_limit="1000 per minute",
        operator_name="The Test House",
        operator_contact="operator@example.org",
        development=False,
        testing=True,
    )


def dispose_of(app: Flask) -> None:
    """Close every connection that the application keeps."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def applications(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Applications]:
    # PostgreSQL is started when the first test needs it, not before.
    made = Applications(
        tmp_path_factory.mktemp("house"), lambda: request.getfixturevalue("postgres")
    )
    yield made
    made.close()


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, applications: Applications) -> Iterator[Flask]:
    """The application, once on each database. Whatever a test commits is undone after it.

    The test stands inside an application context; requests of `client` do not.
    """
    application = applications.shared(request.param)
    with application.app_context(), _undone():
        limiter.reset()  # what one test tried is not held against the next
        page_cache().clear()
        yield application


@pytest.fixture(params=DATABASES)
def own_app(request: pytest.FixtureRequest, applications: Applications) -> Iterator[Flask]:
    """An application with its own database and real commits: for races, workers and children.

    No application context is open.
    """
    with applications.own(request.param) as application:
        yield application


@contextmanager
def _undone() -> Iterator[None]:
    """Let all sessions of the application work inside one outer transaction, rolled back at last.

    A commit of the code under test releases a savepoint of it (SQLAlchemy's recipe "joining a
    session into an external transaction").
    """
    engine = db.engine
    engines: dict[str | None, Any] = db.engines  # type: ignore[assignment]
    db.session.remove()
    with engine.connect() as connection:
        outer = connection.begin()
        engines[None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            engines[None] = engine
            outer.rollback()


# -- people at the door -----------------------------------------------------------------------


class Visitor(FlaskClient):
    """A test client whose requests know nothing of the test's own context.

    With the test's application context in sight Flask would lend it to the request, `g` and the
    session with it, and a page could be right for the wrong reason.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.remove()  # what the test has read is forgotten; what it stored is there
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        return response


@pytest.fixture
def client(app: Flask) -> Visitor:
    """Somebody at the site, without cookies yet, through TLS."""
    visitor = Visitor(app, app.response_class, use_cookies=True)
    visitor.environ_base.update(
        {"wsgi.url_scheme": "https", "HTTP_HOST": "appeals.example.org", "SERVER_PORT": "443"}
    )
    return visitor


@pytest.fixture
def commands(app: Flask) -> FlaskCliRunner:
    """Runs `flask ...` commands in this process."""
    return app.test_cli_runner()


class Outbox:
    """The letters that wait in the outbox, opened, the oldest first."""

    def letters(self, template: str = "") -> list[Letter]:
        """Return the letters of a template (`<room>.<letter>`), or all of them."""
        db.session.remove()
        messages = db.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
        letters = [mail._opened(m.id, m.sealed) for m in messages if m.sealed]
        return [letter for letter in letters if letter.template.startswith(template)]

    def only(self, template: str = "") -> Letter:
        """Return the one letter that is there; another number of them fails the test."""
        (letter,) = self.letters(template)
        return letter


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    """What the house has written and not yet sent. Nobody sends while a test runs."""
    return Outbox()


# -- time -------------------------------------------------------------------------------------


@dataclass
class Clock:
    """The time of a test: it stands still until it is moved."""

    at: datetime = A_MORNING

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> datetime:
        """Move on by `by`; return the new moment."""
        self.at += by
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The house's clock, standing at a Monday morning."""
    stopped = Clock()
    monkeypatch.setattr(house_clock, "now", stopped.now)
    return stopped


# -- the browser ------------------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page may ask for, no name but ours is looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium with a fresh profile; skipped in words where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    if not _driver_starts():
        pytest.skip("Playwright's driver misses a library: apt-get install libatomic1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield launched
        launched.close()


def _driver_starts() -> bool:
    """Tell whether Playwright's own node runs here; a bare Debian lacks one of its libraries."""
    driver = Path(playwright.__file__).parent / "driver" / "node"
    return subprocess.run([driver, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(autouse=True)
def _loop_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests without a browser run an event loop while one is open.

    Playwright's stands still between its calls, and yet counts as running in this thread.
    """
    standing = None if "browser" in request.fixturenames else asyncio._get_running_loop()
    if standing:
        asyncio._set_running_loop(None)
    yield
    if standing:
        asyncio._set_running_loop(standing)


@pytest.fixture(params=["scripts", "no scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether pages may run scripts: a test that asks for this runs both ways."""
    return bool(request.param == "scripts")


@pytest.fixture
def context(browser: "Browser", request: pytest.FixtureRequest) -> Iterator["BrowserContext"]:
    """A visitor's own jar of cookies, on a phone; without scripts where `scripts` says so."""
    allowed = "scripts" not in request.fixturenames or request.getfixturevalue("scripts")
    opened = browser.new_context(
        java_script_enabled=allowed, viewport={"width": 360, "height": 740}, locale="en-GB"
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: "BrowserContext") -> "Page":
    """An empty page on a phone's screen, 360 px wide."""
    return context.new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[["Page"], list[str]]:
    """Check a page with axe-core; return a line for each violation, so `[]` is what is wanted."""
    from axe_playwright_python.sync_playwright import Axe

    engine = Axe()

    def violations(page: "Page") -> list[str]:
        found = engine.run(page).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']} at {node['target']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return violations


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A furnished house with its worker, started once for all tests that only look and sign."""
    patient = {"SIGN_LIMIT": "1000 per hour"}  # all of them sign from one network
    with started_house(
        tmp_path_factory.mktemp("live"), furnished=True, environment=patient
    ) as house:
        yield house
