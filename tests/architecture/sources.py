"""The product's own source, read as syntax trees. A keeper is a function from a `Source` to
sentences: one for each place where its rule is broken."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "petitions"
NOT_ROOMS = frozenset({"migrations", "translations"})


@dataclass(frozen=True)
class Source:
    """One Python file of the package. `path` is relative to the repository."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def room(self) -> str:
        """The room that the file stands in; empty for what stands above the rooms."""
        return self.path.parts[1] if len(self.path.parts) > 2 else ""

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def at(self, node: ast.AST) -> str:
        """Return where `node` is, for people and editors."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}"


Keeper = Callable[[Source], Iterable[str]]


@cache
def sources() -> tuple[Source, ...]:
    """Return every module of the product, migrations aside; `config.py` and `wsgi.py` as well."""
    paths = [ROOT / "config.py", ROOT / "wsgi.py", *sorted(PACKAGE.rglob("*.py"))]
    return tuple(
        Source(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    )


def synthetic(text: str, path: str = "petitions/pages/views.py") -> Source:
    """Return a made-up file, to break a rule with."""
    return Source(Path(path), dedent(text))


def complaints(keeper: Keeper, over: Iterable[Source] | None = None) -> list[str]:
    """Return all that a keeper has to say about the house, or about the given sources."""
    return [line for source in (sources() if over is None else over) for line in keeper(source)]


def rooms() -> set[str]:
    """Return the names of the rooms: the packages of the product."""
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - NOT_ROOMS


def called_name(call: ast.Call) -> str:
    """Return the last part of what is called: `commit` for `db.session.commit()`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def function_definitions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return the functions at the top of a module by name."""
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
