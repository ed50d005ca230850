"""Who may do what, and until when."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from petitions.core.db import transaction
from petitions.organisers import queries, services
from petitions.organisers.mandates import PERMITTED, Action, Role
from petitions.organisers.models import Account
from petitions.organisers.queries import Organiser
from tests.organisers.conftest import YESTERDAY

TABLE = """
                owner  editor  moderator  exporter  viewer
see_appeal      yes    yes     yes        yes       yes
see_signatures  yes    no      yes        yes       no
strike          yes    no      yes        no        no
export          yes    no      no         yes       no
manage          yes    yes     no         no        no
"""


def cells() -> list[tuple[Action, Role, bool]]:
    header, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return [
        (Action(row[0]), Role(role), word == "yes")
        for row in rows
        for role, word in zip(header, row[1:], strict=True)
    ]


@pytest.mark.parametrize(("action", "role", "permitted"), cells())
def test_each_role_may_do_what_the_table_says(action: Action, role: Role, permitted: bool) -> None:
    team = uuid4()
    organiser = Organiser(uuid4(), "Ann", ((team, role),))
    assert queries.may(organiser, action, team) is permitted


def test_the_table_speaks_of_every_role_and_action() -> None:
    assert {(action, role) for action, role, _ in cells()} == {
        (action, role) for action in Action for role in Role
    }
    assert set(PERMITTED) == set(Action)


def test_a_mandate_for_one_team_is_none_for_another() -> None:
    organiser = Organiser(uuid4(), "Ann", ((uuid4(), Role.OWNER),))
    assert not any(queries.may(organiser, action, uuid4()) for action in Action)


def test_a_mandate_ends_at_the_moment_it_names(app: Flask, ann: Account) -> None:
    end = YESTERDAY + timedelta(days=1)
    with transaction():
        team = services.found_team("A guest's team", at=YESTERDAY)
        services.appoint(ann, team, Role.VIEWER, end, at=YESTERDAY)

    before = queries.organiser_by_id(ann.id, end - timedelta(microseconds=1))
    after = queries.organiser_by_id(ann.id, end)

    assert before is not None
    assert after is not None
    assert before.team_ids - after.team_ids == {team.id}
    assert queries.may(before, Action.SEE_APPEAL, team.id)
    assert not queries.may(after, Action.SEE_APPEAL, team.id)


def test_a_new_role_takes_the_place_of_the_old_one(app: Flask, ann: Account) -> None:
    with transaction():
        team = services.found_team("Friends of the river", at=YESTERDAY)
        services.appoint(ann, team, Role.VIEWER, at=YESTERDAY)

    organiser = queries.organiser_by_id(ann.id, YESTERDAY)

    assert organiser is not None
    assert organiser.mandates == ((team.id, Role.VIEWER),)


def test_a_team_is_founded_once(app: Flask) -> None:
    with transaction():
        first = services.found_team("The same", at=YESTERDAY)
    with transaction():
        assert services.found_team("The same", at=YESTERDAY).id == first.id


def test_teams_are_given_by_name(app: Flask, ann: Account) -> None:
    with transaction():
        services.appoint(
            ann, services.found_team("An earlier one", at=YESTERDAY), Role.EDITOR, at=YESTERDAY
        )
    organiser = queries.organiser_by_id(ann.id, YESTERDAY)
    assert organiser is not None
    names = [team.name for team in queries.teams_of(organiser)]
    assert names == ["An earlier one", "Friends of the river"]


def test_a_closed_account_is_no_organiser(app: Flask, ann: Account) -> None:
    with transaction():
        ann.active = False
    assert queries.organiser_by_id(ann.id, YESTERDAY) is None
    assert queries.organiser_by_id(uuid4(), YESTERDAY) is None
