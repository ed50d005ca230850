"""A started house: the real web server and the real worker, as child processes on loopback.

Each has an instance folder of its own, so several may run at once. Journeys look at it from
outside, as people and mail servers do; crash journeys kill its parts and start them again.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120
STOPPING_S = 20
FURNISHING_S = 300

Process = subprocess.Popen[bytes]


class NotStarted(RuntimeError):
    """A part of the house ended, or did not answer in time. The message ends with its log."""


@dataclass
class House:
    """Web and worker over one instance folder.

    `environment` is all that the children know of the outside, beside PATH and the like.
    """

    instance: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    web: Process | None = None
    worker: Process | None = None

    @property
    def url(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What all parts have written, standard error included."""
        return self.instance / "house.log"

    def flask(self, *arguments: str) -> str:
        """Run `flask ...` to its end and return what it printed.

        Raises:
            subprocess.CalledProcessError: it ended with another code than 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=self.environment_of_children(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=FURNISHING_S,
        )
        if done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, done.args, done.stdout, done.stderr
            )
        return done.stdout

    def start_web(self) -> None:
        """Start the web server and return when it answers."""
        options = ("--interface=wsgi", "--host=127.0.0.1", "--workers=1", "--blocking-threads=8")
        self.web = self._start("granian", *options, f"--port={self.port}", "wsgi:app")
        wait_for(f"{self.url}/health", self.web, self.log)

    def start_worker(self) -> None:
        self.worker = self._start("flask", "work")

    def kill_web(self) -> None:
        """Kill (-9) the web server with its own children, as a power cut would."""
        _end(self.web, signal.SIGKILL)

    def kill_worker(self) -> None:
        _end(self.worker, signal.SIGKILL)

    def stop(self) -> None:
        """Ask both to end, and wait until they have."""
        _end(self.web, signal.SIGTERM)
        _end(self.worker, signal.SIGTERM)

    def _start(self, module: str, *arguments: str) -> Process:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment_of_children(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that the whole of it can be ended by one id
            )

    def environment_of_children(self) -> dict[str, str]:
        """Return all that web, worker and commands of this house know of the outside."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {
            "FLASK_APP": "wsgi",
            "INSTANCE_DIR": str(self.instance),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "UNDERSIGNED_ENV": "development",
        }
        return kept | own | self.environment


@contextmanager
def started_house(
    instance: Path, *, furnished: bool = False, environment: dict[str, str] | None = None
) -> Iterator[House]:
    """Give a house with a fresh database and both its parts running; end them afterwards.

    `furnished` loads the demo. `environment` adds settings, such as `DATABASE_URL` or `SMTP_URL`.
    """
    instance.mkdir(parents=True, exist_ok=True)
    house = House(instance, free_port(), environment or {})
    house.flask("db", "upgrade")
    if furnished:
        house.flask("demo")
    try:
        house.start_web()
        house.start_worker()
        yield house
    finally:
        house.stop()


def free_port() -> int:
    """Return a port of loopback that nobody listens to just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(url: str, process: Process, log: Path) -> None:
    """Return when `url` answers with 200.

    Raises:
        NotStarted: the process ended, or half a minute and more went by.
    """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    end = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    raise NotStarted(f"{url} does not answer.\n{end}")


def _end(process: Process | None, how: signal.Signals) -> None:
    """End a process and all that it started, by the id of the session that it leads."""
    if process is None:
        return
    _signal(process, how)
    try:
        process.wait(timeout=STOPPING_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal(process, signal.SIGKILL)  # what it may have left behind
        process.wait()


def _signal(process: Process, how: signal.Signals) -> None:
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        return
