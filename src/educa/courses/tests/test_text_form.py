"""The form in which a text is written."""

import pytest

from educa.courses.kinds.text import MAX_TEXT, TextForm
from educa.courses.models import Text

pytestmark = pytest.mark.django_db

FIELDS = {"title": "Beats", "content": "One\r\nTwo\rThree\n"}


def test_lines_end_alike_whatever_sent_them():
    form = TextForm(FIELDS)

    assert form.is_valid()
    assert form.cleaned_data["content"] == "One\nTwo\nThree\n"


def test_blanks_at_the_ends_stay_as_they_mean_something():
    form = TextForm({**FIELDS, "content": "    code\n"})

    assert form.is_valid()
    assert form.cleaned_data["content"] == "    code\n"


def test_text_stays_in_its_format_unless_the_form_names_another():
    kept = TextForm(FIELDS, instance=Text(format="html"))
    changed = TextForm({**FIELDS, "format": "markdown"}, instance=Text(format="html"))

    assert kept.is_valid()
    assert changed.is_valid()
    assert kept.cleaned_data["format"] == "html"
    assert changed.cleaned_data["format"] == "markdown"


def test_new_text_is_markdown():
    form = TextForm(FIELDS)

    assert form.is_valid()
    assert form.cleaned_data["format"] == "markdown"


@pytest.mark.parametrize("fields", [{"format": "pdf"}, {"content": "x" * (MAX_TEXT + 1)}])
def test_what_is_no_text_is_refused(fields):
    assert not TextForm({**FIELDS, **fields}).is_valid()


def test_browser_cuts_nothing_off():
    assert "maxlength" not in str(TextForm()["content"])
