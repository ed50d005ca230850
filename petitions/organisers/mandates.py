"""Who may do what: one table."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is within a team."""

    OWNER = "owner"
    EDITOR = "editor"
    MODERATOR = "moderator"
    EXPORTER = "exporter"
    VIEWER = "viewer"


class Action(StrEnum):
    """What somebody wants to do with an appeal of a team."""

    SEE_APPEAL = "see_appeal"
    """Its numbers, also while it is a draft."""
    SEE_SIGNATURES = "see_signatures"
    """Who signed, whatever they chose to show the public."""
    STRIKE = "strike"
    """Take a signature off the list."""
    EXPORT = "export"
    """Carry the list out of the house."""
    MANAGE = "manage"
    """Its text, its opening and its closing."""


PERMITTED: dict[Action, frozenset[Role]] = {
    Action.SEE_APPEAL: frozenset(Role),
    Action.SEE_SIGNATURES: frozenset({Role.OWNER, Role.MODERATOR, Role.EXPORTER}),
    Action.STRIKE: frozenset({Role.OWNER, Role.MODERATOR}),
    Action.EXPORT: frozenset({Role.OWNER, Role.EXPORTER}),
    Action.MANAGE: frozenset({Role.OWNER, Role.EDITOR}),
}
"""Those who write an appeal need not see who signs it."""
