"""Where in the studio a request may carry a file, and where it is a form."""

import re
import uuid

import pytest
from django.conf import settings
from django.urls import reverse

UPLOADS = {
    "course_create": [],
    "course_edit": [1],
    "attachment_create": [1],
    "upload_detail": [uuid.UUID(int=2**127)],
    "course_import": [],
}
FORMS = {
    "course_list": [],
    "manage_course_list": [],
    "course_outline": [1],
    "course_module_update": [1],
    "course_publish": [1],
    "course_hand_over": [1],
    "module_create": [1],
    "module_edit": [1],
    "module_content_list": [1],
    "module_order": [],
    "content_order": [],
    "content_rename": [1],
    "content_from_upload": [1],
    "upload_create": [1],
    "text_preview": [1],
    "text_draft_create": [1],
    "text_draft_update": [1, 1],
}


def limit_of(path):
    fitting = (most for pattern, most in settings.UPLOAD_PATHS.items() if re.search(pattern, path))
    return next(fitting, None)


@pytest.mark.parametrize("name", UPLOADS)
def test_files_are_taken_where_there_is_a_field_for_one(name):
    most = settings.EDUCA_MAX_PACKAGE if name == "course_import" else settings.EDUCA_MAX_UPLOAD

    assert limit_of(reverse(name, args=UPLOADS[name])) == most


@pytest.mark.parametrize("kind", ["file", "image", "video", "text", "a_kind_of_others2"])
def test_contents_of_every_kind_may_have_a_file(kind):
    create, update = (
        reverse("module_content_create", args=[1, kind]),
        reverse("module_content_update", args=[1, kind, 2]),
    )

    assert limit_of(create) == limit_of(update) == settings.EDUCA_MAX_UPLOAD


@pytest.mark.parametrize("name", FORMS)
def test_everything_else_stays_small(name):
    assert limit_of(reverse(name, args=FORMS[name])) is None
