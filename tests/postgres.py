"""A throw-away PostgreSQL: made in a temporary folder, reached by a socket there, then gone."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
PATIENCE_S = 60
UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; the first of these that exists runs it then."""


class NoPostgres(Exception):
    """The server's programs are not installed."""


@dataclass(frozen=True)
class Cluster:
    """A running server. `sockets` is the folder of its socket; no port is opened."""

    sockets: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, as `DATABASE_URL` wants it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.sockets}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Copy the database `template`, to which nobody may be connected. Return the new URL."""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with self._connection() as connection:
            connection.execute(statement)

    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True
        )

    def wait_until_ready(self) -> None:
        """Return when the server answers.

        Raises:
            NoPostgres: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self._connection().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise NoPostgres("the throw-away PostgreSQL did not start")


def programs() -> Path:
    """Return the folder of `initdb` and `postgres`, the newest version first.

    Raises:
        NoPostgres: with a sentence that says how to get them.
    """
    folders = sorted(DEBIAN_VERSIONS.glob("*/bin"), key=lambda path: -float(path.parent.name))
    if found := shutil.which("postgres"):
        folders.insert(0, Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql")


@contextmanager
def postgres_cluster(*, fsync: bool) -> Iterator[Cluster]:
    """Run a fresh server for the length of a `with` block.

    `fsync` is for tests that kill things: what was answered must then be on the disk. Without it
    everything else is three times as quick.

    Raises:
        NoPostgres: it is not installed, or does not start.
    """
    folder = programs()
    home = Path(tempfile.mkdtemp(prefix="undersigned-pg-"))
    try:
        identity = _identity(home)
        data = home / "data"
        _initialise(folder, data, identity)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [folder / "postgres", "-D", data, "-k", home, *_options(fsync=fsync)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                **identity,
            )
        try:
            cluster = Cluster(home, process)
            cluster.wait_until_ready()
            yield cluster
        finally:
            _stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _options(*, fsync: bool) -> list[str]:
    switch = "on" if fsync else "off"
    settings = {
        "listen_addresses": "",
        "max_connections": "60",
        "shared_buffers": "64MB",
        "fsync": switch,
        "synchronous_commit": switch,
        "full_page_writes": switch,
        "timezone": "UTC",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _identity(home: Path) -> Mapping[str, Any]:
    """Return how `Popen` is told to leave root's rights behind; `home` is given to that user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in UNPRIVILEGED if name in names), None)
    if user is None:
        raise NoPostgres("root may not run PostgreSQL, and there is no user to run it")
    entry = pwd.getpwnam(user)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _initialise(folder: Path, data: Path, identity: Mapping[str, Any]) -> None:
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    done = subprocess.run(
        [folder / "initdb", "--pgdata", data, "--no-sync", *options],
        cwd="/",  # the unprivileged user may not enter the folder that we stand in
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        **identity,
    )
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server at once and in order: SIGINT is its "fast shutdown"."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
