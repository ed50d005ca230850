"""The form that people sign with. Field names are part of the product's outside."""

import re
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from petitions.core import mailbox
from petitions.core.address import EmailAddress
from petitions.signatures.models import Kind, Visibility
from petitions.signatures.queries import visibility_choices
from petitions.signing import latin
from petitions.signing.services import SignAppeal
from petitions.web.forms import CountryField, Line, PublicForm, ReasonableMarks

NAME_LENGTH = 120
LINE_LENGTH = 160
SOURCE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
WEB_ADDRESS = re.compile(r"://|www\.|@|\w\.(com|org|net|ru|kz|info|biz|io|me)\b", re.IGNORECASE)
FORMULA_STARTS = tuple("=+-@")
NOT_IN_NAMES = re.compile(r"[<>{}\[\]\\|^~`]")
LEAST_LETTERS = 2


class NameOfSomebody:
    """Refuses what cannot be a name: an address, a formula, no letters."""

    def __call__(self, form: PublicForm, field: Field) -> None:
        text = field.data or ""
        if WEB_ADDRESS.search(text):
            raise ValidationError(_l("Write a name here, without web or e-mail addresses."))
        if text.startswith(FORMULA_STARTS):
            raise ValidationError(_l("A name begins with a letter."))
        letters = sum(character.isalpha() for character in text)
        if letters < LEAST_LETTERS or NOT_IN_NAMES.search(text):
            raise ValidationError(_l("Write the name in letters."))


class RequiredFor:
    """Makes a field required for one kind of signatory and optional for the other."""

    field_flags: ClassVar = {"optional": True}

    def __init__(self, kind: Kind, message: str) -> None:
        self._kind, self._message = kind, message

    def __call__(self, form: PublicForm, field: Field) -> None:
        if form["kind"].data == self._kind and not field.data:
            raise ValidationError(self._message)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _length(longest: int) -> Length:
    return Length(max=longest, message=_l("This is too long: %(max)d characters at the most."))


def _kinds() -> list[tuple[str, str]]:
    return [
        (Kind.PERSON.value, _("for myself")),
        (Kind.ORGANISATION.value, _("for an organisation")),
    ]


class SignForm(PublicForm):
    """One signature as it is typed."""

    kind = RadioField(
        _l("I sign"),
        choices=_kinds,
        default=Kind.PERSON.value,
        validators=[InputRequired(_l("Choose for whom you sign."))],
    )
    name = Line(
        _l("Full name"),
        [
            InputRequired(_l("Write your full name.")),
            _length(NAME_LENGTH),
            NameOfSomebody(),
            ReasonableMarks(),
        ],
        description=_l("As on your documents, in your own script."),
        render_kw={"autocomplete": "name", "spellcheck": "false"},
    )
    latin_name = Line(
        _l("Name in Latin letters"),
        [Optional(), _length(NAME_LENGTH), NameOfSomebody(), ReasonableMarks()],
        description=_l("If your name is in another script, so that the addressees can read it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    email = Line(
        _l("E-mail address"),
        [
            InputRequired(_l("Write your e-mail address.")),
            Length(max=mailbox.LONGEST, message=_l("This address is too long.")),
        ],
        description=_l(
            "We send one letter to confirm your signature. Nobody will see the address."
        ),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    country = CountryField(
        _l("Country"),
        [InputRequired(_l("Choose your country."))],
        render_kw={"autocomplete": "country"},
    )
    town = Line(
        _l("Town"),
        [Optional(), _length(LINE_LENGTH), ReasonableMarks()],
        render_kw={"autocomplete": "address-level2"},
    )
    organisation = Line(
        _l("Organisation"),
        [
            RequiredFor(Kind.ORGANISATION, _l("Write the name of the organisation.")),
            _length(LINE_LENGTH),
            ReasonableMarks(),
        ],
        render_kw={"autocomplete": "organization"},
    )
    role = Line(
        _l("Your role there"),
        [Optional(), _length(LINE_LENGTH), ReasonableMarks()],
        render_kw={"autocomplete": "organization-title"},
    )
    visibility = RadioField(
        _l("Who may see your name?"),
        choices=visibility_choices,
        default=Visibility.ADDRESSEE.value,
        validators=[InputRequired(_l("Choose who may see your name."))],
    )
    consent = BooleanField(
        validators=[InputRequired(_l("Tick the box if you agree; without it you cannot sign."))]
    )
    news = BooleanField(
        _l("Write to me about what becomes of this appeal. I can stop it any time.")
    )
    website = Line(_l("Leave this field empty"))
    latin_of = HiddenField()
    """The name that the Latin form was suggested for."""
    lang = HiddenField()
    version = HiddenField()
    source = HiddenField()

    def validate_latin_name(self, field: Line) -> None:
        if field.data and not latin.is_latin(field.data):
            raise ValidationError(_l("Use Latin letters here."))

    def validate_email(self, field: Line) -> None:
        try:
            field.data = mailbox.parse(field.data or "")
        except mailbox.BadAddress as error:
            raise ValidationError(_l("Write an e-mail address like name@example.org.")) from error

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields; then whether a name in Latin letters was seen by its owner."""
        is_valid = super().validate(extra_validators)
        if not self._lacks_latin():
            return is_valid
        self.latin_name.data = latin.suggest(self.name.data or "")
        self.latin_of.data = self.name.data
        self.latin_name.errors = [*self.latin_name.errors, self._ask_for_latin()]
        return False

    def _lacks_latin(self) -> bool:
        """Tell whether the Latin form is missing, or was suggested for what stood here before."""
        name, suggested_for = self.name.data or "", self.latin_of.data or ""
        if not name or latin.is_latin(name):
            return False
        if suggested_for and suggested_for != name:
            return self.latin_name.data in ("", latin.suggest(suggested_for))
        return not self.latin_name.data

    def _ask_for_latin(self) -> str:
        if self.latin_name.data:
            return str(_("Check whether your name is right in Latin letters, then sign."))
        return str(_("Write your name in Latin letters, too."))

    @property
    def is_trapped(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.website.data)

    def to_command(self, slug: str, lang: str) -> SignAppeal:
        """Return what the form says, for the service. Only after `validate()`."""
        source = self.source.data or ""
        is_organisation = self.kind.data == Kind.ORGANISATION
        return SignAppeal(
            slug=slug,
            lang=lang,
            version_id=_uuid(self.version.data),
            kind=Kind(self.kind.data),
            name=self.name.data or "",
            latin_name=self.latin_name.data or None,
            email=EmailAddress(self.email.data or ""),
            country=self.country.data,
            town=self.town.data or None,
            organisation=(self.organisation.data or None),
            role=(self.role.data or None) if is_organisation or self.organisation.data else None,
            visibility=Visibility(self.visibility.data),
            news=self.news.data,
            source=source if SOURCE.fullmatch(source) else None,
        )
