"""One name, eight places; and no name that says nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from tests.architecture.sources import (
    ROOT,
    Source,
    called_name,
    complaints,
    rooms,
    sources,
    synthetic,
)

EMPTY_WORDS = frozenset({"common", "helper", "helpers", "manager", "misc", "util", "utils"})
NAMED_BY_LIBRARIES = frozenset({"process_bind_param", "process_result_value"})
"""What SQLAlchemy calls by name."""
SHARED_TEMPLATES = frozenset({"base", "ui"})
FOREIGN_TEMPLATES = frozenset({"security"})
"""Flask-Security looks for the organisers' account pages there."""
SHARED_STYLES = frozenset({"base", "desk", "layout", "reset", "tokens", "ui"})
SHARED_TESTS = frozenset({"architecture", "browser", "factories", "journeys"})
FOREIGN_COMMANDS = frozenset({"db", "limiter", "roles", "routes", "run", "shell", "users"})
HOUSE_COMMANDS = frozenset({"check", "demo", "work"})
"""Commands of the whole house: outside.md names them without a room."""

# -- keepers ----------------------------------------------------------------------------------


def telling_names(source: Source) -> Iterator[str]:
    """Modules, classes and functions are named by what they are or do."""
    if _says_nothing(source.path.stem):
        yield f"{source.path} says nothing by its name"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and _says_nothing(node.name):
            yield f"{source.at(node)} {node.name} says nothing by its name"


def _says_nothing(name: str) -> bool:
    if name in NAMED_BY_LIBRARIES:
        return False
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return bool(EMPTY_WORDS & set(words)) or name.lower().lstrip("_").startswith("process_")


def own_log_name(source: Source) -> Iterator[str]:
    """A room logs under its own name."""
    for call in source.calls():
        if called_name(call) == "logger" and source.room not in {"", "core"}:
            name = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
            if name != source.room:
                yield f"{source.at(call)} logs as {name!r}, not as {source.room!r}"


def own_blueprint(source: Source) -> Iterator[str]:
    """A room's blueprint bears its name, and its commands do, or stand at the top on purpose."""
    for call in source.calls():
        if called_name(call) != "Blueprint":
            continue
        name = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        groups = [word.value for word in call.keywords if word.arg == "cli_group"]
        group = groups[0].value if groups and isinstance(groups[0], ast.Constant) else "missing"
        bears_it = name == source.room and group in {source.room, None}
        if source.path.stem != "__init__" or not bears_it:
            yield f"{source.at(call)} is blueprint {name!r} with commands {group!r}"


def strangers(folder: Path, known: set[str]) -> list[str]:
    """Return what lies in `folder` under a name that no room bears."""
    if not folder.exists():
        return []
    names = {path.stem if path.is_file() else path.name for path in folder.iterdir()}
    return sorted(name for name in names - known if not name.startswith((".", "_")))


def strange_commands(group: click.Group) -> list[str]:
    known = rooms() | FOREIGN_COMMANDS | HOUSE_COMMANDS
    return sorted(name for name in group.commands if name not in known)


# -- the house keeps them ---------------------------------------------------------------------


def test_every_name_says_something() -> None:
    assert complaints(telling_names) == []


def test_rooms_log_under_their_own_name() -> None:
    assert complaints(own_log_name) == []


def test_blueprints_and_command_groups_bear_the_name_of_their_room() -> None:
    assert complaints(own_blueprint) == []


def test_folders_of_templates_belong_to_rooms() -> None:
    known = rooms() | SHARED_TEMPLATES | FOREIGN_TEMPLATES
    assert strangers(ROOT / "templates", known) == []


def test_style_sheets_belong_to_rooms() -> None:
    assert strangers(ROOT / "static" / "css", rooms() | SHARED_STYLES) == []


def test_folders_of_tests_belong_to_rooms() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    known = rooms() | SHARED_TESTS
    assert sorted(name for name in folders - known if not name.startswith((".", "_"))) == []


def test_folders_of_tests_are_packages() -> None:
    """Else two files of the same name in two rooms are one module to the type checker."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert sorted(str(path) for path in folders if not (path / "__init__.py").exists()) == []


def test_commands_belong_to_rooms(app: Flask) -> None:
    assert strange_commands(app.cli) == []


def test_rooms_say_what_they_are() -> None:
    silent = [
        str(source.path)
        for source in sources()
        if source.path.name == "__init__.py" and not ast.get_docstring(source.tree)
    ]
    assert silent == []


# -- and they bite ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "def process_signature(): ...",
        "def helper(): ...",
        "class MailManager: ...",
        "def _date_utils(): ...",
    ],
)
def test_an_empty_name_is_found(text: str) -> None:
    assert complaints(telling_names, [synthetic(text)])


def test_an_empty_module_name_is_found() -> None:
    assert complaints(telling_names, [synthetic("", "petitions/mail/utils.py")])
    assert complaints(telling_names, [synthetic("", "petitions/mail/common.py")])


def test_a_word_that_only_looks_empty_is_left_alone() -> None:
    assert not complaints(telling_names, [synthetic("def commonwealth(): ...")])


def test_a_foreign_log_name_is_found() -> None:
    assert complaints(own_log_name, [synthetic('log = logger("mail")')])
    assert not complaints(own_log_name, [synthetic('log = logger("pages")')])


@pytest.mark.parametrize(
    "text",
    [
        'blueprint = Blueprint("site", __name__, cli_group="site")',
        'blueprint = Blueprint("pages", __name__, cli_group="page")',
        'blueprint = Blueprint("pages", __name__)',
    ],
)
def test_a_blueprint_under_another_name_is_found(text: str) -> None:
    assert complaints(own_blueprint, [synthetic(text, "petitions/pages/__init__.py")])


def test_a_blueprint_outside_of_the_room_s_front_is_found() -> None:
    text = 'admin = Blueprint("pages", __name__, cli_group="pages")'
    assert complaints(own_blueprint, [synthetic(text, "petitions/pages/desk.py")])


def test_a_folder_of_no_room_is_found(tmp_path: Path) -> None:
    (tmp_path / "admin").mkdir()
    (tmp_path / "core.css").touch()
    assert strangers(tmp_path, rooms()) == ["admin"]


def test_a_command_of_no_room_is_found() -> None:
    assert strange_commands(click.Group(commands={"tidy": click.Command("tidy")})) == ["tidy"]
