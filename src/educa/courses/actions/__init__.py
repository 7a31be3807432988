"""Steps over several models: one function per verb."""

from educa.courses.actions.arranging import (
    OutlineChanged,
    move_content,
    move_module,
    reorder_contents,
    reorder_modules,
)
from educa.courses.actions.assisting import add_co_instructor, remove_co_instructor
from educa.courses.actions.handing_over import hand_over, refuse_who_does_not_teach
from educa.courses.actions.trashing import (
    empty_trash,
    restore_content,
    restore_course,
    restore_module,
    trash_content,
    trash_course,
    trash_module,
)
from educa.courses.actions.writing import Changed, save_item, state_of

__all__ = [
    "Changed",
    "OutlineChanged",
    "add_co_instructor",
    "empty_trash",
    "hand_over",
    "move_content",
    "move_module",
    "refuse_who_does_not_teach",
    "remove_co_instructor",
    "reorder_contents",
    "reorder_modules",
    "restore_content",
    "restore_course",
    "restore_module",
    "save_item",
    "state_of",
    "trash_content",
    "trash_course",
    "trash_module",
]
