"""The people of the public rooms."""

from tests.factories.people import ann_s_account, opened_appeal, suzie_at_the_door

__all__ = ["ann_s_account", "opened_appeal", "suzie_at_the_door"]
