"""Law 1, kept by import-linter, and a keeper of what import-linter is told."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import PACKAGE, ROOT, rooms

EDGES = ("views", "desk", "jobs", "commands", "forms", "letters")
SHARED_EDGES = frozenset({"petitions.web.forms"})
"""The base of all forms is no edge of its room: it is there for every other."""
DOORS_MAY_IMPORT = "petitions.signing.forms"
DOORS = ("pages",)
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

Contract = dict[str, Any]


def contracts() -> list[Contract]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: list[Contract] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return found


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the copy of the house in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house's modules, to break."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in PACKAGE.rglob("*.py"):
        copied = tmp_path / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
    return tmp_path


def break_with(folder: Path, module: str, statement: str) -> str:
    """Add a statement to a module of the copy; return what import-linter says about it."""
    path = folder / module
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")
    done = lint(folder)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


# -- the house keeps it -----------------------------------------------------------------------


def test_every_contract_is_kept(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(contracts())} kept, 0 broken" in done.stdout


def test_the_edges_of_each_room_are_protected_from_all_others() -> None:
    """`protected` knows no pattern for "its own room", so each room has a contract of its own.

    This keeper sees to it that none is forgotten, and that none is silently green: with
    `as_packages` an importer stands for all that lies below it.
    """
    protected: dict[str, set[str]] = {}
    for contract in contracts():
        if contract["type"] == "protected":
            assert contract["as_packages"] is False
            for module in contract["protected_modules"]:
                protected[module] = set(contract["allowed_importers"])
    assert protected == {edge: may_import(edge) for edge in edges()}


def edges() -> set[str]:
    """Return the edges that exist, as dotted names."""
    found = {
        f"petitions.{room}.{edge}"
        for room in rooms()
        for edge in EDGES
        if (PACKAGE / room / f"{edge}.py").exists()
    }
    return found - SHARED_EDGES


def may_import(edge: str) -> set[str]:
    """Return who may import an edge: its own room, and the front door of the house."""
    room = edge.rpartition(".")[0]
    allowed = {"petitions", room, f"{room}.**"}
    if edge == DOORS_MAY_IMPORT:
        allowed |= {f"petitions.{door}.**" for door in DOORS}
    return allowed


def test_edges_are_modules() -> None:
    """The protection does not reach into packages."""
    assert [str(path) for edge in EDGES for path in PACKAGE.glob(f"*/{edge}/__init__.py")] == []


# -- and it bites -----------------------------------------------------------------------------


def test_a_lower_room_that_calls_a_higher_one_is_found(copy: Path) -> None:
    said = break_with(copy, "petitions/mail/models.py", "import petitions.signing.services")
    assert "petitions.mail is not allowed to import petitions.signing" in said


def test_a_room_that_nobody_has_given_a_floor_is_found(copy: Path) -> None:
    said = break_with(copy, "petitions/cellar/__init__.py", '"""Nobody knows."""')
    assert "petitions.cellar" in said


def test_two_rooms_on_one_floor_do_not_see_each_other(copy: Path) -> None:
    said = break_with(copy, "petitions/audit/models.py", "import petitions.jobs")
    assert "petitions.audit is not allowed to import petitions.jobs" in said


def test_a_drawer_that_imports_a_higher_one_is_found(copy: Path) -> None:
    said = break_with(
        copy, "petitions/signatures/models.py", "import petitions.signatures.services"
    )
    assert "petitions.signatures.models is not allowed to import" in said


def test_a_foreign_edge_that_is_imported_is_found(copy: Path) -> None:
    """Each of them, from the topmost room, where no other contract forbids it."""
    foreign = sorted(edge for edge in edges() if not edge.startswith("petitions.demo."))
    assert len(foreign) > 8
    said = break_with(
        copy, "petitions/demo/broken.py", "\n".join(f"import {edge}" for edge in foreign)
    )
    assert [edge for edge in foreign if f"petitions.demo.broken -> {edge} " not in said] == []
