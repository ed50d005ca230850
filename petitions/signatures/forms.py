"""Forms of the desk around the register."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from petitions.signatures.models import State
from petitions.signatures.queries import state_name
from petitions.web.forms import DeskForm, Line


def _states() -> list[tuple[str, str]]:
    return [("", str(_l("All states"))), *((state.value, state_name(state)) for state in State)]


class SearchForm(DeskForm):
    """Search among an appeal's signatures.

    Posted, although it only reads: a name in an address would stay in histories and logs.
    """

    q = Line(_l("Name, organisation or town"))
    state = SelectField(_l("State"), choices=_states, validate_choice=False)

    def chosen_state(self) -> State | None:
        """Return the state that was asked for; None for all."""
        return state_named(self.state.data or "")


def state_named(text: str) -> State | None:
    """Return the state of this name; None for anything else."""
    return State(text) if text in list(State) else None
