"""What the operator decides, as one frozen value. `config.py` fills it from the environment."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The installation's settings. Each field is described in `docs/settings.md`."""

    secret_key: str
    master_key: bytes
    database_url: str
    public_url: str
    smtp_url: str | None
    mail_from: str
    redis_url: str | None
    instance_dir: Path
    trusted_proxies: int
    sign_limit: str
    operator_name: str
    operator_contact: str
    development: bool
    testing: bool = False

    @property
    def is_secure(self) -> bool:
        """Whether visitors reach the site through TLS."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def public_host(self) -> str:
        """Host and port of the public address, as a browser writes them in `Origin`."""
        return urlsplit(self.public_url).netloc


class BadSettings(Exception):
    """One or more settings are missing or malformed.

    `problems` maps the name of each setting to what is wrong with it.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {name}: {problem}" for name, problem in problems.items())
        super().__init__(f"The settings cannot be used:\n{lines}")
