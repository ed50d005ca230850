"""Forms of the desk around the register."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from petitions.signatures.models import State
from petitions.signatures.queries import state_name
from petitions.web.forms import Line, PublicForm


def _states() -> list[tuple[str, str]]:
    return [("", str(_l("All states"))), *((state.value, state_name(state)) for state in State)]


class SearchForm(PublicForm):
    """Search among an appeal's signatures. Only reads, so it needs no token."""

    q = Line(_l("Name, organisation or town"))
    state = SelectField(_l("State"), choices=_states, validate_choice=False)

    def chosen_state(self) -> State | None:
        """Return the state that was asked for; None for all."""
        return State(self.state.data) if self.state.data in list(State) else None
