"""Steps over several models: one function per verb."""

from educa.courses.actions.admitting import change_admission, renew_code
from educa.courses.actions.arranging import (
    OutlineChanged,
    move_content,
    move_module,
    reorder_contents,
    reorder_modules,
)
from educa.courses.actions.assisting import (
    add_co_instructor,
    hand_over_and_stay,
    remove_co_instructor,
)
from educa.courses.actions.copying import copy_content, copy_course, copy_module
from educa.courses.actions.describing import create_course, describe_course
from educa.courses.actions.drafting import DraftChanged, discard_draft, keep_draft
from educa.courses.actions.handing_over import hand_over, refuse_who_does_not_teach
from educa.courses.actions.indexing import (
    index,
    index_all_missing,
    missing_in_index,
    rebuild_index,
)
from educa.courses.actions.naming import add_module, describe_module, rename_content
from educa.courses.actions.publishing import (
    archive_course,
    publish_course,
    unpublish_course,
)
from educa.courses.actions.purging import (
    empty_trash,
    purge_content,
    purge_course,
    purge_module,
)
from educa.courses.actions.reverting import restore_version
from educa.courses.actions.revising import ModulesChanged, Revision, Wording, revise_modules
from educa.courses.actions.trashing import (
    restore_content,
    restore_course,
    restore_module,
    trash_content,
    trash_course,
    trash_module,
)
from educa.courses.actions.uploading import (
    Elsewhere,
    TooMuch,
    arrived_file,
    begin_upload,
    content_from_upload,
    end_abandoned_uploads,
    receive,
)
from educa.courses.actions.writing import Changed, save_item, state_of

__all__ = [
    "Changed",
    "DraftChanged",
    "Elsewhere",
    "ModulesChanged",
    "OutlineChanged",
    "Revision",
    "TooMuch",
    "Wording",
    "add_co_instructor",
    "add_module",
    "archive_course",
    "arrived_file",
    "begin_upload",
    "change_admission",
    "content_from_upload",
    "copy_content",
    "copy_course",
    "copy_module",
    "create_course",
    "describe_course",
    "describe_module",
    "discard_draft",
    "empty_trash",
    "end_abandoned_uploads",
    "hand_over",
    "hand_over_and_stay",
    "index",
    "index_all_missing",
    "keep_draft",
    "missing_in_index",
    "move_content",
    "move_module",
    "publish_course",
    "purge_content",
    "purge_course",
    "purge_module",
    "rebuild_index",
    "receive",
    "refuse_who_does_not_teach",
    "remove_co_instructor",
    "rename_content",
    "renew_code",
    "reorder_contents",
    "reorder_modules",
    "restore_content",
    "restore_course",
    "restore_module",
    "restore_version",
    "revise_modules",
    "save_item",
    "state_of",
    "trash_content",
    "trash_course",
    "trash_module",
    "unpublish_course",
]
