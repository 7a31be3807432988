"""Templates that are rendered once and filled in: escaped, in each language, and never with a value of another time."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from educa.lib.ready import START, Ready, path_to

pytestmark = pytest.mark.once

BAR = Ready("components/progress_bar.html", "percent", "done", "total")
LINK = Ready("students/course/step_on.html", "url", "title")


def test_values_stand_where_the_template_prints_them():
    html = BAR.filled(percent=50, done=1, total=2)

    assert 'value="50"' in html
    assert "1 of 2 done" in html


def test_values_are_escaped_as_in_a_template():
    html = LINK.filled(url='"><script>', title="<b>&'")

    assert "&quot;&gt;&lt;script&gt;" in html
    assert "&lt;b&gt;&amp;&#x27;" in html


def test_what_is_safe_stays_as_it_is():
    assert "<b>Tides</b>" in LINK.filled(url="/", title=mark_safe("<b>Tides</b>"))


def test_mark_in_a_value_is_only_a_character():
    forged = f"{START}url\ue001"

    assert f"<strong>{forged}</strong>" in LINK.filled(url="/next/", title=forged)


def test_nothing_stays_from_one_time_to_the_next():
    LINK.filled(url="/mine/", title="My own")

    assert "My own" not in LINK.filled(url="/theirs/", title="Theirs")


def test_each_language_has_its_own():
    with translation.override("en-xa"):
        other = BAR.filled(percent=0, done=0, total=1)

    assert other != BAR.filled(percent=0, done=0, total=1)


def test_name_that_is_printed_nowhere_is_refused():
    with pytest.raises(ValueError, match="does not print place"):
        Ready("students/course/step_on.html", "url", "title", "place").filled(
            url="", title="", place=""
        )


def test_lines_are_the_template_again_and_again():
    rows = [{"url": f"/{place}/", "title": place} for place in range(3)]

    assert LINK.lines(rows) == "".join(LINK.filled(**row) for row in rows)


def test_tag_fills_in_what_it_is_given():
    template = Template('{% ready "students/course/step_on.html" url=url title="Flow" %}')

    assert template.render(Context({"url": "/a&b/"})) == LINK.filled(url="/a&b/", title="Flow")


def test_path_is_that_of_reverse():
    assert path_to("student_note_list") == reverse("student_note_list")
    assert path_to("student_content_note", 12, 7) == reverse("student_content_note", args=[12, 7])
    assert path_to("student_content_note", 7, 12) == reverse("student_content_note", args=[7, 12])


def test_path_that_does_not_exist_is_refused():
    with pytest.raises(NoReverseMatch):
        path_to("student_content_note", 12)
