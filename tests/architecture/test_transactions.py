"""Law 2: the edge opens, the service works, the outbox carries."""

import ast
from collections.abc import Iterator

import pytest
from flask import Flask

from petitions.core.db import WriteInSafeRequest, transaction
from tests.architecture.sources import (
    Source,
    called_name,
    complaints,
    function_definitions,
    sources,
    synthetic,
)

THE_ONE_COMMIT = "petitions/core/db.py"
EDGES = frozenset({"views", "desk", "jobs", "commands"})
MAY_OPEN = EDGES | {"worker"}
"""The worker stands between the timetable and the jobs: it opens a transaction for each turn."""
BY_FLASK_SECURITY = {
    "commit_for_accounts": "petitions/organisers/accounts.py",
    "begin_writing": "petitions/organisers/accounts.py",
}
"""The library's views end their own unit of work; one module tells them how."""
SAFE = frozenset({"GET", "HEAD"})

# -- keepers ----------------------------------------------------------------------------------


def one_commit(source: Source) -> Iterator[str]:
    """Only `core/db.py` ends a transaction or begins one behind the session's back."""
    if source.path.as_posix() == THE_ONE_COMMIT:
        return
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "begin"}:
            yield f"{source.at(call)} calls .{call.func.attr}() itself"
    for node in ast.walk(source.tree):
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if source.path.as_posix() != BY_FLASK_SECURITY.get(name, source.path.as_posix()):
            yield f"{source.at(node)} uses {name}, which is there for Flask-Security"


def edges_open(source: Source) -> Iterator[str]:
    """Only edges open a transaction: what a service does belongs to its caller's."""
    if source.path.stem in MAY_OPEN or source.room in {"core", "demo"}:
        return
    for call in source.calls():
        if called_name(call) == "transaction":
            yield f"{source.at(call)} opens a transaction outside of an edge"


def no_get_opens_a_transaction(source: Source) -> Iterator[str]:
    """A view of GET, with all that it calls in its own module, opens none."""
    functions = function_definitions(source.tree)
    for view in functions.values():
        methods = methods_of(view)
        if methods & SAFE and methods - SAFE:
            yield f"{source.at(view)} {view.name} serves reading and writing at once"
        if methods & SAFE and _opens(view, functions, seen=set()):
            yield f"{source.at(view)} {view.name} opens a transaction for a GET"


def methods_of(view: ast.FunctionDef) -> set[str]:
    """Return the HTTP methods that the decorators of a function bind it to."""
    found: set[str] = set()
    for decorator in view.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            name = decorator.func.attr
            if name in {"get", "post", "put", "patch", "delete"}:
                found.add(name.upper())
            elif name == "route":
                found |= _route_methods(decorator)
    return found


def _route_methods(decorator: ast.Call) -> set[str]:
    for keyword in decorator.keywords:
        if keyword.arg == "methods":
            return {str(method) for method in ast.literal_eval(keyword.value)}
    return {"GET"}


def _opens(
    function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: set[str]
) -> bool:
    seen.add(function.name)
    calls = [called_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)]
    return "transaction" in calls or any(
        _opens(functions[name], functions, seen)
        for name in calls
        if name in functions and name not in seen
    )


# -- the house keeps them ---------------------------------------------------------------------


def test_nothing_but_the_one_transaction_commits() -> None:
    assert complaints(one_commit) == []


def test_only_edges_open_a_transaction() -> None:
    assert complaints(edges_open) == []


def test_no_get_opens_a_transaction() -> None:
    assert complaints(no_get_opens_a_transaction) == []


def test_there_are_views_to_keep() -> None:
    """Else the three above would be content with an empty house."""
    views = [
        view
        for source in sources()
        for view in function_definitions(source.tree).values()
        if methods_of(view)
    ]
    assert len(views) > 10


def test_the_transaction_itself_refuses_a_get(app: Flask) -> None:
    with (
        app.test_request_context("/", method="GET"),
        pytest.raises(WriteInSafeRequest),
        transaction(),
    ):
        pytest.fail("entered")


# -- and they bite ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "db.session.commit()",
        "session().commit()",
        "with engine.begin(): ...",
        "connection.commit()",
    ],
)
def test_a_second_commit_is_found(text: str) -> None:
    assert complaints(one_commit, [synthetic(text, "petitions/mail/services.py")])


def test_a_service_that_borrows_the_commit_of_accounts_is_found() -> None:
    text = "from petitions.core.db import commit_for_accounts\ncommit_for_accounts()"
    assert complaints(one_commit, [synthetic(text, "petitions/signing/services.py")])
    assert not complaints(one_commit, [synthetic(text, "petitions/organisers/accounts.py")])


def test_a_service_that_opens_a_transaction_is_found() -> None:
    text = """
        def post(letter):
            with transaction():
                ...
        """
    assert complaints(edges_open, [synthetic(text, "petitions/mail/services.py")])
    assert not complaints(edges_open, [synthetic(text, "petitions/mail/jobs.py")])


@pytest.mark.parametrize(
    "decorator",
    ['blueprint.get("/")', 'blueprint.route("/")', 'blueprint.route("/", methods=["GET"])'],
)
def test_a_get_that_opens_a_transaction_is_found(decorator: str) -> None:
    text = f"""
        @{decorator}
        @anyone
        def home():
            with transaction():
                ...
        """
    assert complaints(no_get_opens_a_transaction, [synthetic(text)])


def test_a_get_that_opens_a_transaction_round_the_corner_is_found() -> None:
    text = """
        @blueprint.get("/")
        def home():
            return page()

        def page():
            return counted()

        def counted():
            with db.transaction():
                ...
        """
    assert complaints(no_get_opens_a_transaction, [synthetic(text)])


def test_one_view_for_reading_and_writing_is_found() -> None:
    text = """
        @blueprint.route("/", methods=["GET", "POST"])
        def home(): ...
        """
    assert complaints(no_get_opens_a_transaction, [synthetic(text)])


def test_a_post_may_open_a_transaction() -> None:
    text = """
        @blueprint.post("/")
        def sign():
            with transaction(): ...
        """
    assert not complaints(no_get_opens_a_transaction, [synthetic(text)])
