"""Undersigned: appeals, verified signatures, and lists that an addressee can trust.

`create_app` is the one place that knows every room.
"""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

import petitions.appeals.commands
import petitions.jobs.commands
import petitions.lists.commands
import petitions.lists.desk
import petitions.mail.commands
import petitions.mail.views
import petitions.organisers.commands
import petitions.organisers.views
import petitions.pages.views
import petitions.privacy.views
import petitions.signatures.desk
import petitions.verification.desk
import petitions.verification.views
import petitions.web.views  # noqa: F401 - reading a room's edges gives its blueprint its addresses
from petitions import (
    appeals,
    jobs,
    lists,
    mail,
    organisers,
    pages,
    privacy,
    signatures,
    verification,
    web,
)
from petitions.appeals import jobs as appeal_jobs
from petitions.check import check
from petitions.core import log
from petitions.core.db import db, engine_options
from petitions.core.settings import Settings
from petitions.core.vault import Vault
from petitions.demo.commands import demo
from petitions.jobs import jobs as heartbeat
from petitions.jobs import services as timetable
from petitions.mail import jobs as mail_jobs
from petitions.organisers import accounts
from petitions.privacy import jobs as privacy_jobs
from petitions.signatures import jobs as signature_jobs
from petitions.verification import jobs as verification_jobs
from petitions.web import (
    access,
    assets,
    cache,
    compression,
    converters,
    errors,
    headers,
    language,
    limits,
    origin,
)

HOUSE = Path(__file__).resolve().parent
GROUND = HOUSE.parent
LARGEST_FORM = 64 * 1024

WORKING = (heartbeat, mail_jobs, appeal_jobs, signature_jobs, verification_jobs, privacy_jobs)
ROOMS = (web, jobs, mail, organisers, appeals, signatures, verification, lists, privacy, pages)


def create_app(settings: Settings) -> Flask:
    """Build the application: settings first, then the rooms from the ground up."""
    log.configure()
    app = Flask(
        "petitions",
        root_path=str(HOUSE),
        instance_path=str(settings.instance_dir),
        template_folder=str(GROUND / "templates"),
        static_folder=None,
    )
    app.config.update(
        SETTINGS=settings,
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["vault"] = Vault(settings.master_key)
    db.init_app(app)
    Migrate(app, db, directory=str(HOUSE / "migrations"))
    _furnish_shell(app, settings)
    accounts.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    for command in (check, demo):
        app.cli.add_command(command)
    timetable.enrol(app, (job for room in WORKING for job in room.JOBS))
    access.check_marks(app)
    return app


def _furnish_shell(app: Flask, settings: Settings) -> None:
    for part in (compression, converters, language, headers, origin, errors, cache):
        part.init_app(app)
    limits.init_app(app, settings)
    assets.init_app(app, GROUND / "static")
    app.context_processor(
        lambda: {
            "operator_name": settings.operator_name,
            "operator_contact": settings.operator_contact,
        }
    )
