"""A believable house, furnished through the front door: `flask demo`."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("demo", __name__, cli_group="demo")


@blueprint.record_once
def _take_the_command_in(state: BlueprintSetupState) -> None:
    # `flask demo` is a command by itself, not a group. Its module needs every other room, so it is
    # read when the house is put together and not before.
    from petitions.demo.commands import demo

    state.app.cli.add_command(demo)
