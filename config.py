"""Reads the environment, once. No other module does.

In development (`UNDERSIGNED_ENV=development`, which `make run` sets) what is missing is made up:
keys are created in `INSTANCE_DIR` with mode 0600 and letters are kept instead of sent. In
production nothing is made up, and everything that is missing or malformed is named at once.
"""

import binascii
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import limits
from dotenv import dotenv_values
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from petitions.core.settings import BadSettings, Settings

HERE = Path(__file__).resolve().parent
MASTER_KEY_BYTES = 32
SECRET_KEY_LENGTH = 32
SMTP_SCHEMES = ("smtp", "smtps")
DATABASE_SCHEMES = ("sqlite", "postgresql+psycopg")
ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this installation.

    Raises:
        BadSettings: names every setting that is missing or malformed, with the reason.
    """
    if environ is None:
        environ = os.environ
        if environ.get("UNDERSIGNED_ENV") == "development":
            dotenv = dotenv_values(HERE / ".env")
            environ = {**{k: v for k, v in dotenv.items() if v is not None}, **environ}
    return _Reader(environ).settings()


class _Reader:
    """Reads setting after setting and remembers each problem instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: dict[str, str] = {}
        self._development = environ.get("UNDERSIGNED_ENV") == "development"

    def settings(self) -> Settings:
        instance = Path(self._text("INSTANCE_DIR", default=str(HERE / "instance"))).absolute()
        settings = Settings(
            secret_key=self._secret_key(instance),
            master_key=self._master_key(instance),
            database_url=self._database_url(instance),
            public_url=self._public_url(),
            smtp_url=self._smtp_url(),
            mail_from=self._mail_from(),
            redis_url=self._url("REDIS_URL", schemes=("redis", "rediss", "unix")),
            instance_dir=instance,
            trusted_proxies=self._count("TRUSTED_PROXIES"),
            sign_limit=self._limit("SIGN_LIMIT", default="60 per 10 minutes"),
            operator_name=self._text("OPERATOR_NAME", default=self._made_up("Undersigned")),
            operator_contact=self._text(
                "OPERATOR_CONTACT", default=self._made_up("operator@example.org")
            ),
            development=self._development,
        )
        if self._problems:
            raise BadSettings(self._problems)
        return settings

    def _made_up(self, value: str) -> str | None:
        return value if self._development else None

    def _text(self, name: str, *, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            self._problems[name] = "is missing"
            return ""
        return default

    def _url(self, name: str, *, schemes: tuple[str, ...]) -> str | None:
        value = self._environ.get(name, "").strip()
        if value and self._split(name, value).scheme not in schemes:
            self._problems[name] = (
                f"must begin with one of: {', '.join(s + '://' for s in schemes)}"
            )
        return value or None

    def _split(self, name: str, url: str) -> SplitResult:
        """Return the parts of a URL; of none at all where it cannot be taken apart."""
        try:
            parts = urlsplit(url)
            _ = parts.port  # looked at only when asked for
        except ValueError as error:
            self._problems[name] = f"is no URL ({error})"
            return urlsplit("")
        return parts

    def _count(self, name: str) -> int:
        value = self._environ.get(name, "").strip() or "0"
        if value.isdecimal() and int(value) <= 10:
            return int(value)
        self._problems[name] = "must be a whole number from 0 to 10"
        return 0

    def _limit(self, name: str, *, default: str) -> str:
        value = self._text(name, default=default)
        try:
            limits.parse_many(value)
        except ValueError:
            self._problems[name] = f"must look like: {default}"
        return value

    def _secret_key(self, instance: Path) -> str:
        given = self._environ.get("SECRET_KEY", "")
        if not given and self._development:
            return _kept(instance / "secret.key", lambda: secrets.token_urlsafe(48))
        if not given:
            self._problems["SECRET_KEY"] = "is missing"
        elif len(given) < SECRET_KEY_LENGTH:
            self._problems["SECRET_KEY"] = f"is shorter than {SECRET_KEY_LENGTH} characters"
        return given

    def _master_key(self, instance: Path) -> bytes:
        name, text = self._master_key_text(instance)
        try:
            key = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != MASTER_KEY_BYTES and name not in self._problems:
            self._problems[name] = "must be 32 random bytes in base64 (openssl rand -base64 32)"
        return key

    def _master_key_text(self, instance: Path) -> tuple[str, str]:
        if given := self._environ.get("MASTER_KEY", "").strip():
            return "MASTER_KEY", given
        if path := self._environ.get("MASTER_KEY_FILE", "").strip():
            try:
                return "MASTER_KEY_FILE", Path(path).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError) as error:
                self._problems["MASTER_KEY_FILE"] = f"cannot be read ({type(error).__name__})"
                return "MASTER_KEY_FILE", ""
        if self._development:
            return "MASTER_KEY", _kept(instance / "master.key", _new_master_key)
        self._problems["MASTER_KEY"] = "is missing (or set MASTER_KEY_FILE)"
        return "MASTER_KEY", ""

    def _database_url(self, instance: Path) -> str:
        default = f"sqlite:///{instance / 'undersigned.db'}"
        url = self._environ.get("DATABASE_URL", "").strip() or default
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            parsed = None
        if parsed is None or parsed.drivername not in DATABASE_SCHEMES:
            self._problems["DATABASE_URL"] = "must begin with sqlite:/// or postgresql+psycopg://"
        elif not parsed.database or parsed.database == ":memory:":
            self._problems["DATABASE_URL"] = "must name a database (sqlite:///path/to/file)"
        return url

    def _public_url(self) -> str:
        port = self._environ.get("PORT", "").strip() or "8000"
        url = self._text("PUBLIC_URL", default=self._made_up(f"http://127.0.0.1:{port}"))
        parts = self._split("PUBLIC_URL", url)
        if "PUBLIC_URL" in self._problems:
            return url
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            self._problems["PUBLIC_URL"] = "must look like https://appeals.example.org"
        elif parts.path.strip("/"):
            self._problems["PUBLIC_URL"] = "must not have a path: the site stands at the root"
        elif parts.scheme == "http" and not self._development:
            self._problems["PUBLIC_URL"] = "must begin with https:// in production"
        return url.rstrip("/")

    def _smtp_url(self) -> str | None:
        url = self._url("SMTP_URL", schemes=SMTP_SCHEMES)
        if url is None and not self._development:
            self._problems["SMTP_URL"] = "is missing: without it no signature can be confirmed"
        elif url and "SMTP_URL" not in self._problems and not urlsplit(url).hostname:
            self._problems["SMTP_URL"] = "must name a mail server: smtp://user:pass@host:587"
        return url

    def _mail_from(self) -> str:
        address = self._text("MAIL_FROM", default=self._made_up("appeals@example.org"))
        if address and ("\n" in address or not ADDRESS.fullmatch(parseaddr(address)[1])):
            self._problems["MAIL_FROM"] = "must be an e-mail address"
        return address


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return the secret kept in the file at `path`, made on first use, readable by its owner only.

    Two processes may start at once: the file is written aside and linked, so the first one wins
    and both read the same.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _new_master_key() -> str:
    return b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode("ascii")
