"""Every address of the site says who may enter."""

import pytest
from flask import Flask

from petitions.web.access import Audience, UnmarkedView, anyone, check_marks
from tests.conftest import Visitor

WITHOUT_ACCOUNT = frozenset(
    {
        "security.forgot_password",
        "security.login",
        "security.mf_recovery",
        "security.reset_password",
        "security.tf_select",
        "security.two_factor_rescue",
        "security.two_factor_token_validation",
        "security.wan_signin",
        "security.wan_signin_response",
    }
)
"""Views of Flask-Security for people who have not signed in yet, or only halfway."""

WITH_ACCOUNT = frozenset(
    {
        "security.change_password",
        "security.logout",
        "security.mf_recovery_codes",
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.verify",
        "security.wan_delete",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_verify",
        "security.wan_verify_response",
    }
)
"""Views of Flask-Security that ask for a signed-in organiser themselves."""


def audiences(app: Flask) -> dict[str, Audience | None]:
    """Return each endpoint of the site with the mark of its view."""
    return {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "audience", None)
        for rule in app.url_map.iter_rules()
    }


def unmarked(app: Flask) -> list[str]:
    """Return the endpoints that neither carry a mark nor stand in the tables above."""
    listed = WITHOUT_ACCOUNT | WITH_ACCOUNT
    return sorted(
        endpoint
        for endpoint, audience in audiences(app).items()
        if endpoint not in listed and not isinstance(audience, Audience)
    )


def test_every_view_says_who_may_enter(app: Flask) -> None:
    assert unmarked(app) == []


def test_the_tables_name_no_view_that_is_gone(app: Flask) -> None:
    assert sorted((WITHOUT_ACCOUNT | WITH_ACCOUNT) - set(audiences(app))) == []


@pytest.mark.parametrize("endpoint", sorted(WITH_ACCOUNT))
def test_a_stranger_gets_nowhere_with_views_for_organisers(client: Visitor, endpoint: str) -> None:
    """Flask-Security's own guards are on; a token in the address helps nobody."""
    rule = next(r for r in client.application.url_map.iter_rules() if r.endpoint == endpoint)
    path = rule.rule.replace("<token>", "AAAAAAAAAAAAAAAAAAAAAA")
    method = "GET" if "GET" in (rule.methods or set()) else "POST"
    answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code in {302, 303, 400, 401, 403}, answer.text
    assert "Set-Cookie" not in answer.headers or "remember" not in answer.headers["Set-Cookie"]
    assert client.get("/desk/").status_code in {302, 303}


def test_every_kind_of_visitor_has_a_view(app: Flask) -> None:
    """Else the test above would be content with an empty house."""
    assert {Audience.ANYONE, Audience.SIGNATORY, Audience.ORGANISER, Audience.DEVELOPER} <= set(
        audiences(app).values()
    )


def test_the_desk_is_for_organisers(app: Flask) -> None:
    desk = {
        rule.rule: getattr(app.view_functions[rule.endpoint], "audience", None)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
    }
    assert desk
    assert set(desk.values()) == {Audience.ORGANISER}


def test_developers_addresses_are_closed_in_production(app: Flask) -> None:
    closed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/-/") and not rule.arguments
    ]
    assert closed
    client = app.test_client()
    assert {client.get(address).status_code for address in closed} == {404}


def test_an_unmarked_view_is_found_and_stops_the_start() -> None:
    app = Flask("broken", static_folder=None)
    app.add_url_rule("/open", endpoint="pages.open", view_func=anyone(lambda: "come in"))
    assert unmarked(app) == []
    check_marks(app)

    app.add_url_rule("/silent", endpoint="pages.silent", view_func=lambda: "who knows")
    assert unmarked(app) == ["pages.silent"]
    with pytest.raises(UnmarkedView):
        check_marks(app)


def test_a_view_of_a_library_that_nobody_has_looked_at_is_found() -> None:
    app = Flask("broken", static_folder=None)
    app.add_url_rule("/token", endpoint="security.new_thing", view_func=lambda: "")
    assert unmarked(app) == ["security.new_thing"]
