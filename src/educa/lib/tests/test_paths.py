"""Paths that are put together without asking for a pattern each time."""

import pytest
from django.urls import NoReverseMatch, reverse

from educa.lib.paths import path_of, path_to, paths_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("course_list", ()),
        ("course_outline", (7,)),
        ("module_content_update", (7, "text", 123)),
        ("course_student_remove", (10**12, 0)),
        ("course_detail", ("a-course",)),
    ],
)
def test_path_is_that_of_reverse(name, arguments):
    assert [path_to(name, *arguments) for _ in range(2)] == [reverse(name, args=arguments)] * 2


def test_what_is_no_path_is_refused():
    with pytest.raises(NoReverseMatch):
        path_to("course_outline", "seven")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("course_detail", "a-course-2"),
        ("course_detail", "A_Course"),
        ("media", "covers/a b/ü&%.png"),
        ("media", "covers/plain.png"),
    ],
)
def test_path_of_a_text_is_that_of_reverse(name, text):
    assert [path_of(name, text), paths_of(name)(text)] == [reverse(name, args=[text])] * 2
