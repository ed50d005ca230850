"""The environment is read once, in one place, and each setting is described."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, Source, complaints, synthetic

READER = "config.py"
DESCRIPTION = ROOT / "docs" / "settings.md"
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")

# -- keepers ----------------------------------------------------------------------------------


def environment_is_read_once(source: Source) -> Iterator[str]:
    """Only `config.py` looks at the environment."""
    if source.path.as_posix() == READER:
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
                yield f"{source.at(node)} reads the environment"
            case ast.ImportFrom(module="os", names=names) if {name.name for name in names} & {
                "environ",
                "environb",
                "getenv",
            }:
                yield f"{source.at(node)} reads the environment"


def nothing_is_printed(source: Source) -> Iterator[str]:
    """What is to be read goes through click in commands, and through the log elsewhere."""
    if source.path.stem == "commands":
        return
    for call in source.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "print":
            yield f"{source.at(call)} prints"


def settings_read(tree: ast.Module) -> set[str]:
    """Return the names that are looked up: the first argument of each call in the reader."""
    return {
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and SETTING.fullmatch(argument.value)
    }


def settings_described(text: str) -> set[str]:
    """Return the names that a table's first column gives between backticks."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


# -- the house keeps them ---------------------------------------------------------------------


def test_the_environment_is_read_in_one_place() -> None:
    assert complaints(environment_is_read_once) == []


def test_nothing_is_printed_outside_of_commands() -> None:
    assert complaints(nothing_is_printed) == []


def test_each_setting_is_described_and_each_description_is_of_a_setting() -> None:
    read = settings_read(ast.parse((ROOT / READER).read_text(encoding="utf-8")))
    assert len(read) > 8
    assert settings_described(DESCRIPTION.read_text(encoding="utf-8")) == read


# -- and they bite ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ['os.environ["PORT"]', 'os.getenv("PORT")', "from os import environ"]
)
def test_a_second_reader_is_found(text: str) -> None:
    assert complaints(environment_is_read_once, [synthetic(text)])


def test_a_print_is_found() -> None:
    assert complaints(nothing_is_printed, [synthetic('print("here")')])
    assert not complaints(nothing_is_printed, [synthetic('print("x")', "petitions/x/commands.py")])


def test_a_setting_without_a_description_is_found() -> None:
    read = settings_read(ast.parse('self._text("NEW_SETTING")\nself._url("OLD", schemes=("x",))'))
    assert read == {"NEW_SETTING", "OLD"}
    assert settings_described("| `OLD` | yes |\n| name | `NEW_SETTING` |") == {"OLD"}
