"""`flask lists export`."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from petitions.audit.queries import deeds_on
from petitions.lists.services import Format
from petitions.signatures.models import Visibility
from tests.lists.conftest import SLUG, Register


@pytest.mark.parametrize("form", list(Format))
def test_a_list_is_drawn_into_a_file_for_its_owner_alone(
    commands: FlaskCliRunner, signed: Register, tmp_path: Path, form: Format
) -> None:
    signed.sign("Olga Kim")
    signed.sign("Dan Counted", visibility=Visibility.COUNT)
    out = tmp_path / f"list.{form.value}"
    arguments = ["lists", "export", SLUG, "--format", form.value, "--out", str(out)]
    done = commands.invoke(args=arguments)
    assert done.exit_code == 0, done.output
    assert "1 names drawn" in done.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [out]
    assert out.stat().st_size > 100


def test_a_drawing_at_the_command_line_is_recorded_as_the_house_s_own(
    commands: FlaskCliRunner, signed: Register, tmp_path: Path
) -> None:
    arguments = ["lists", "export", SLUG, "--format", "csv", "--out", str(tmp_path / "list.csv")]
    commands.invoke(args=arguments, catch_exceptions=False)
    verbs = [(d.verb, d.actor_id) for d in deeds_on("appeal", signed.appeal_id)]
    assert ("lists.export", None) in verbs


def test_an_unknown_appeal_is_an_error_in_words_and_leaves_no_file(
    commands: FlaskCliRunner, signed: Register, tmp_path: Path
) -> None:
    out = tmp_path / "list.csv"
    done = commands.invoke(args=["lists", "export", "none", "--format", "csv", "--out", str(out)])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert not list(tmp_path.iterdir())


def test_a_language_without_a_text_is_refused(
    commands: FlaskCliRunner, signed: Register, tmp_path: Path
) -> None:
    arguments = ["lists", "export", SLUG, "--format", "csv", "--lang", "fr"]
    done = commands.invoke(args=[*arguments, "--out", str(tmp_path / "list.csv")])
    assert done.exit_code == 1
    assert not list(tmp_path.iterdir())
