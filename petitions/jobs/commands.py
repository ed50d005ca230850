"""`flask work`."""

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from petitions.jobs import blueprint
from petitions.jobs.worker import Worker, stop_on_signals


@click.command("work")
@with_appcontext
def work() -> None:
    """Send letters and do all else that is due, until SIGTERM or Ctrl-C."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    worker = Worker(app)
    stop_on_signals(worker)
    worker.run()


# A command of the whole house, so it stands in no room's group.
blueprint.record_once(lambda state: state.app.cli.add_command(work))
