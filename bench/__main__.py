"""`make bench`: prints a table and writes `bench/latest.json`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from statistics import median

import config
from bench import crowd, load, machine
from petitions import create_app
from petitions.core import clock
from tests.postgres import NoPostgres, postgres_cluster
from tests.servers import House, free_port, started_house, wait_for

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "bench" / "latest.json"
NO_LIMIT = {"SIGN_LIMIT": "100000000 per minute"}
FORMATS = ("csv", "json", "xlsx", "pdf")


@dataclass(frozen=True)
class Figure:
    """One measured value, beside what the machine itself does."""

    name: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None


Samples = dict[str, list[float]]


def main() -> None:
    options = _options()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        hello = stack.enter_context(_hello(folder))
        for database, url in _databases(stack):
            environment = NO_LIMIT | ({"DATABASE_URL": url} if url else {})
            instance = folder / database
            with started_house(instance, furnished=True, environment=environment) as house:
                house.kill_worker()  # letters are taken out of the outbox here
                figures += _measure(house, database, url, hello, folder, options)
        figures += _exports(folder, options.rows)
    _print(figures)
    LATEST.write_text(json.dumps([asdict(f) for f in figures], indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each measure (3)")
    parser.add_argument("--rows", type=int, default=20_000, help="signatures to export (20,000)")
    return parser.parse_args()


def _databases(stack: ExitStack) -> Iterator[tuple[str, str]]:
    yield "SQLite", ""
    try:
        cluster = stack.enter_context(postgres_cluster(fsync=True))
    except NoPostgres as reason:
        print(f"PostgreSQL is left out: {reason}", file=sys.stderr)
        return
    yield "PostgreSQL", cluster.create_database("bench")


@contextmanager
def _hello(folder: Path) -> Iterator[str]:
    """Give the address of bare Flask behind the same server and settings as the product."""
    port = free_port()
    log = folder / "hello.log"
    options = ("--interface=wsgi", "--host=127.0.0.1", "--workers=1", "--blocking-threads=8")
    command = [sys.executable, "-m", "granian", *options, f"--port={port}", "bench.hello:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/health"
    finally:
        process.terminate()
        process.wait()


def _measure(
    house: House, database: str, url: str, hello: str, folder: Path, options: argparse.Namespace
) -> list[Figure]:
    samples: Samples = defaultdict(list)
    page = f"{house.url}/a/{crowd.SLUG}/en"
    forms = crowd.forms()
    app = create_app(config.load(house.environment_of_children()))
    for _ in range(options.rounds):
        _views(samples, "hello", hello, options.seconds)
        _views(samples, "page", page, options.seconds)
        samples["commits"].append(_commits(url, folder, options.seconds / 3))
        sign = f"{house.url}/a/{crowd.SLUG}/sign"
        signing = load.run(sign, (load.post(sign, form) for form in forms), options.seconds)
        samples["sign"].append(signing.rate(303))
        samples["sign p95"].append(signing.percentile(0.95) * 1000)
        with app.app_context():
            links = crowd.confirm_links()
        answers = (load.post(house.url + link, "") for link in links)
        confirming = load.run(house.url, answers, options.seconds)
        samples["confirm"].append(confirming.rate(200))
    return _figures(samples, database, _peak_memory(house))


def _views(samples: Samples, name: str, url: str, seconds: float) -> None:
    samples[name].append(load.run(url, repeat(load.get(url)), seconds).rate(200))


def _commits(url: str, folder: Path, seconds: float) -> float:
    return (
        machine.commits_postgresql(url, seconds) if url else machine.commits_sqlite(folder, seconds)
    )


def _figures(samples: Samples, database: str, memory: float) -> list[Figure]:
    def ratio(name: str, yardstick: str) -> float:
        # Round by round, so that a slow moment of the machine weighs on both.
        return median(a / b for a, b in zip(samples[name], samples[yardstick], strict=True))

    hello = f"bare Flask {median(samples['hello']):,.0f}/s"
    commits = f"single-row commits {median(samples['commits']):,.0f}/s"
    return [
        Figure(
            f"{database}: page views", median(samples["page"]), "/s", hello, ratio("page", "hello")
        ),
        Figure(
            f"{database}: signings",
            median(samples["sign"]),
            "/s",
            commits,
            ratio("sign", "commits"),
        ),
        Figure(f"{database}: signing, 95 % within", median(samples["sign p95"]), "ms"),
        Figure(
            f"{database}: confirmations",
            median(samples["confirm"]),
            "/s",
            commits,
            ratio("confirm", "commits"),
        ),
        Figure(f"{database}: peak memory of the web process", memory, "MB"),
    ]


def _peak_memory(house: House) -> float:
    """Return the largest resident size (MB) of the server's processes so far."""
    assert house.web is not None
    leader = house.web.pid
    peaks = [
        int(line.split()[1]) / 1024
        for status in Path("/proc").glob("[0-9]*/status")
        if _session_of(status.parent) == leader
        for line in _lines(status)
        if line.startswith("VmHWM")
    ]
    return max(peaks, default=0.0)


def _session_of(process: Path) -> int:
    try:
        return os.getsid(int(process.name))
    except ProcessLookupError:
        return 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _exports(folder: Path, rows: int) -> list[Figure]:
    """Measure each format over a register of `rows` signatures on SQLite, each in a process."""
    house = House(folder / "exports", free_port())
    house.instance.mkdir()
    house.flask("db", "upgrade")
    house.flask("demo")
    app = create_app(config.load(house.environment_of_children()))
    with app.app_context():
        crowd.fill(rows, at=clock.now())
    raw = machine.rows_to_csv(house.instance / "undersigned.db", folder)
    yardstick = f"table to CSV, nothing opened {raw:,.0f} rows/s"
    return [
        figure
        for format_ in FORMATS
        for figure in _export(house, format_, rows, folder, (yardstick, raw))
    ]


def _export(
    house: House, format_: str, rows: int, folder: Path, yardstick: tuple[str, float]
) -> list[Figure]:
    command = [sys.executable, "-m", "flask", "lists", "export", crowd.SLUG]
    command += ["--format", format_, "--out", str(folder / f"list.{format_}")]
    environment = os.environ | house.environment_of_children()
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        raise SystemExit(f"The export as {format_} failed.")
    rate = rows / seconds
    words, raw = yardstick
    return [
        Figure(f"export as {format_}, {rows:,} rows", rate, "rows/s", words, rate / raw),
        Figure(f"export as {format_}: peak memory", usage.ru_maxrss / 1024, "MB"),
    ]


def _print(figures: list[Figure]) -> None:
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:8.2f} of {figure.yardstick}"
        print(f"{figure.name:<{width}} {figure.value:>10,.0f} {figure.unit:<7}{ratio}")


if __name__ == "__main__":
    main()
