"""The environment, read once: all that is wrong is named at once, and nothing is made up."""

import os
import stat
import subprocess
import sys
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import config
from petitions.core.settings import BadSettings, Settings

ROOT = Path(__file__).resolve().parent.parent.parent
MASTER_KEY = b64encode(bytes(range(32))).decode()
Environment = dict[str, str]


@pytest.fixture(name="production")
def _production(tmp_path: Path) -> Environment:
    """All that a production installation must say."""
    return {
        "SECRET_KEY": "x" * 40,
        "MASTER_KEY": MASTER_KEY,
        "PUBLIC_URL": "https://appeals.example.org",
        "SMTP_URL": "smtp://user:pass@mail.example.org:587",
        "MAIL_FROM": "appeals@example.org",
        "OPERATOR_NAME": "The House",
        "OPERATOR_CONTACT": "operator@example.org",
        "INSTANCE_DIR": str(tmp_path / "instance"),
    }


@pytest.fixture(name="development")
def _development(tmp_path: Path) -> Environment:
    return {"UNDERSIGNED_ENV": "development", "INSTANCE_DIR": str(tmp_path / "instance")}


def problems(environment: Environment) -> dict[str, str]:
    with pytest.raises(BadSettings) as caught:
        config.load(environment)
    return caught.value.problems


def instance_of(environment: Environment) -> Path:
    return Path(environment["INSTANCE_DIR"])


# -- production -------------------------------------------------------------------------------


def test_a_whole_environment_gives_settings(production: Environment) -> None:
    settings = config.load(production)
    assert settings.master_key == bytes(range(32))
    assert settings.public_url == "https://appeals.example.org"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.is_secure
    assert settings.public_host == "appeals.example.org"
    assert not settings.development
    assert not settings.testing
    assert settings.trusted_proxies == 0, "forwarded headers are not believed unless asked to"


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    missing = problems({"INSTANCE_DIR": str(tmp_path)})
    assert set(missing) == {
        "SECRET_KEY",
        "MASTER_KEY",
        "PUBLIC_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "OPERATOR_NAME",
        "OPERATOR_CONTACT",
    }


def test_all_problems_stand_in_the_message(production: Environment) -> None:
    wrong = production | {"TRUSTED_PROXIES": "many", "SMTP_URL": "http://x", "SECRET_KEY": "short"}
    with pytest.raises(BadSettings) as caught:
        config.load(wrong)
    assert set(caught.value.problems) == {"TRUSTED_PROXIES", "SMTP_URL", "SECRET_KEY"}
    assert all(name in str(caught.value) for name in caught.value.problems)


def test_a_message_never_repeats_a_secret(production: Environment) -> None:
    secret = "c2VjcmV0LWJ1dC10b28tc2hvcnQ="
    wrong = production | {"MASTER_KEY": secret, "SECRET_KEY": "hunter2"}
    with pytest.raises(BadSettings) as caught:
        config.load(wrong)
    assert secret not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEY", "PUBLIC_URL", "SMTP_URL"])
def test_production_makes_nothing_up(production: Environment, name: str) -> None:
    del production[name]
    assert set(problems(production)) == {name}
    assert not instance_of(production).exists()


@pytest.mark.parametrize("mode", ["", "production", "Development", "dev", "1"])
def test_only_the_word_development_makes_it_one(production: Environment, mode: str) -> None:
    del production["SMTP_URL"]
    assert "SMTP_URL" in problems(production | {"UNDERSIGNED_ENV": mode})


MALFORMED = [
    ("SECRET_KEY", "x" * 31),
    ("MASTER_KEY", "not base64!"),
    ("MASTER_KEY", b64encode(bytes(31)).decode()),
    ("MASTER_KEY", b64encode(bytes(33)).decode()),
    ("MASTER_KEY", "ключ"),
    ("DATABASE_URL", "mysql://localhost/appeals"),
    ("DATABASE_URL", "postgresql://localhost/appeals"),
    ("DATABASE_URL", "postgresql+psycopg://[::1/appeals"),
    ("DATABASE_URL", "postgresql+psycopg:localhost"),
    ("DATABASE_URL", "postgresql+psycopg://host:port/appeals"),
    ("DATABASE_URL", "sqlite:relative.db"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "undersigned.db"),
    ("PUBLIC_URL", "appeals.example.org"),
    ("PUBLIC_URL", "ftp://appeals.example.org"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://appeals.example.org/appeals"),
    ("PUBLIC_URL", "https://appeals.example.org/?a=b"),
    ("PUBLIC_URL", "https://appeals.example.org:port"),
    ("PUBLIC_URL", "https://[::1"),
    ("PUBLIC_URL", "http://appeals.example.org"),
    ("SMTP_URL", "mail.example.org:25"),
    ("SMTP_URL", "http://mail.example.org"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://:25"),
    ("SMTP_URL", "smtp://mail.example.org:port"),
    ("SMTP_URL", "smtp://mail.example.org:99999"),
    ("SMTP_URL", "smtps://[::1"),
    ("MAIL_FROM", "The House"),
    ("MAIL_FROM", "@"),
    ("MAIL_FROM", "appeals@"),
    ("MAIL_FROM", "appeals@example.org\nBcc: all@example.org"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "http://localhost"),
    ("REDIS_URL", "redis://[::1"),
    ("TRUSTED_PROXIES", "-1"),
    ("TRUSTED_PROXIES", "one"),
    ("TRUSTED_PROXIES", "1.5"),
    ("TRUSTED_PROXIES", "11"),
    ("SIGN_LIMIT", "sixty"),
    ("SIGN_LIMIT", "60 per fortnight"),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_what_is_malformed_is_named(production: Environment, name: str, value: str) -> None:
    assert set(problems(production | {name: value})) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////var/lib/undersigned.db"),
        ("DATABASE_URL", "postgresql+psycopg://house:secret@db.example.org:5432/appeals"),
        ("DATABASE_URL", "postgresql+psycopg:///appeals?host=/run/postgresql"),
        ("PUBLIC_URL", "https://appeals.example.org/"),
        ("PUBLIC_URL", "https://appeals.example.org:8443"),
        ("PUBLIC_URL", "https://[2001:db8::1]:8443"),
        ("MAIL_FROM", "The House <appeals@example.org>"),
        ("SMTP_URL", "smtps://mail.example.org"),
        ("SMTP_URL", "smtp://127.0.0.1:2525"),
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("TRUSTED_PROXIES", "2"),
        ("SIGN_LIMIT", "5 per minute; 100 per day"),
    ],
)
def test_what_is_well_formed_is_taken(production: Environment, name: str, value: str) -> None:
    config.load(production | {name: value})


def test_the_public_address_has_no_slash_at_its_end(production: Environment) -> None:
    settings = config.load(production | {"PUBLIC_URL": "https://appeals.example.org/"})
    assert settings.public_url == "https://appeals.example.org"


def test_the_master_key_may_stand_in_a_file(production: Environment, tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_text(f"{MASTER_KEY}\n")
    del production["MASTER_KEY"]
    assert config.load(production | {"MASTER_KEY_FILE": str(file)}).master_key == bytes(range(32))


@pytest.mark.parametrize("content", [None, b"", b"too short", b"\xff\xfe"])
def test_a_file_that_holds_no_key_is_named(
    production: Environment, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "master.key"
    if content is not None:
        file.write_bytes(content)
    del production["MASTER_KEY"]
    assert set(problems(production | {"MASTER_KEY_FILE": str(file)})) == {"MASTER_KEY_FILE"}


# -- development ------------------------------------------------------------------------------


def test_development_needs_nothing(development: Environment) -> None:
    settings = config.load(development)
    assert settings.development
    assert settings.smtp_url is None
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{instance_of(development) / 'undersigned.db'}"


def test_development_follows_its_port(development: Environment) -> None:
    assert config.load(development | {"PORT": "8123"}).public_url == "http://127.0.0.1:8123"


def test_development_makes_keys_that_only_their_owner_reads(development: Environment) -> None:
    settings = config.load(development)
    for name in ("secret.key", "master.key"):
        file = instance_of(development) / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = (instance_of(development) / "master.key").read_text()
    assert b64decode(kept, validate=True) == settings.master_key
    assert len(set(settings.master_key)) > 8, "random, not empty"


def test_development_keeps_its_keys(development: Environment) -> None:
    one, two = config.load(development), config.load(development)
    assert one.master_key == two.master_key
    assert one.secret_key == two.secret_key


def test_two_houses_have_keys_of_their_own(development: Environment, tmp_path: Path) -> None:
    other = config.load(development | {"INSTANCE_DIR": str(tmp_path / "another")})
    assert config.load(development).master_key != other.master_key


def test_nothing_else_is_left_beside_the_keys(development: Environment) -> None:
    config.load(development)
    assert {f.name for f in instance_of(development).iterdir()} == {"secret.key", "master.key"}


def test_threads_that_start_at_once_get_the_same_keys(development: Environment) -> None:
    with ThreadPoolExecutor(8) as pool:
        made: list[Settings] = list(pool.map(lambda _: config.load(development), range(8)))
    assert len({(one.master_key, one.secret_key) for one in made}) == 1


def test_processes_that_start_at_once_get_the_same_keys(development: Environment) -> None:
    """Web and worker do."""
    script = "import config; s = config.load(); print(s.master_key.hex(), s.secret_key)"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env={**development, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = {child.communicate(timeout=60)[0] for child in children}
    assert [child.returncode for child in children] == [0] * 4
    assert len(said) == 1


def test_what_is_given_goes_before_what_would_be_made(development: Environment) -> None:
    settings = config.load(development | {"MASTER_KEY": MASTER_KEY, "SECRET_KEY": "x" * 40})
    assert settings.master_key == bytes(range(32))
    assert not instance_of(development).exists()
