"""Parts of pages that are rendered once, and filled in for each request."""

from types import SimpleNamespace

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.test import override_settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from educa.lib import fragments as parts
from educa.lib.fragments import fragment

TEMPLATES = {
    "greeting.html": "<p title='100%'>{% if is_open %}Open: {% endif %}{{ name }} ({{ name }})</p>",
    "filtered.html": "{{ name|slice:':5' }}",
    "curious.html": "{{ request.path }}{{ user }}{{ other }}",
    "lines.html": "\n  <ul>\n\n    <li>{{ name }}</li>\n  </ul>\n",
    "word.html": "{% load i18n %}{% translate 'Save' %}",
}


@pytest.fixture
def asked():
    """The names of the templates that were asked for."""
    return []


@pytest.fixture(autouse=True)
def engine(monkeypatch, asked):
    """An engine that has these templates, in the place of the site's."""
    engine = Engine(
        loaders=[("django.template.loaders.locmem.Loader", TEMPLATES)],
        builtins=["educa.lib.templatetags.educa"],
        libraries={"i18n": "django.templatetags.i18n"},
    )
    find = engine.get_template
    monkeypatch.setattr(engine, "get_template", lambda name: asked.append(name) or find(name))
    monkeypatch.setattr(parts, "Engine", SimpleNamespace(get_default=lambda: engine))
    parts.forget()
    yield engine
    parts.forget()


@pytest.mark.once
def test_part_is_rendered_once_and_filled_in_each_time(asked):
    first = fragment("greeting.html", {"is_open": True}, {"name": "Ann"})
    second = fragment("greeting.html", {"is_open": True}, {"name": "Bo"})

    assert first == "<p title='100%'>Open: Ann (Ann)</p>"
    assert second == "<p title='100%'>Open: Bo (Bo)</p>"
    assert asked == ["greeting.html"]


@pytest.mark.once
def test_each_choice_has_a_part_of_its_own():
    assert "Open" in fragment("greeting.html", {"is_open": True}, {"name": "Ann"})
    assert "Open" not in fragment("greeting.html", {"is_open": False}, {"name": "Ann"})


@pytest.mark.once
def test_each_language_has_a_part_of_its_own():
    with translation.override("en"):
        english = fragment("word.html", {}, {})
    with translation.override("de"):
        german = fragment("word.html", {}, {})

    assert english == "Save"
    assert german != english


@pytest.mark.once
def test_values_are_escaped_and_never_read_as_a_part():
    evil = f"<b>%(name)s{parts.OPENING}name{parts.CLOSING}"

    filled = fragment("greeting.html", {"is_open": False}, {"name": evil})

    assert "<b>" not in filled
    assert filled.count("&lt;b&gt;%(name)s") == 2


@pytest.mark.once
def test_value_that_is_not_written_out_as_it_is_is_refused():
    with pytest.raises(ValueError, match=r"filtered\.html"):
        fragment("filtered.html", {}, {"name": "Ann"})


@pytest.mark.once
def test_part_sees_nothing_of_the_page_that_is_not_named(engine, rf):
    page = Template("{% fragment 'curious.html' with other=mine %}", engine=engine)
    context = Context({"mine": "!", "user": "Ann", "request": rf.get("/secret/")})

    assert page.render(context) == "!"


@pytest.mark.once
def test_indentation_is_left_out_and_that_of_a_value_kept():
    assert fragment("lines.html", {}, {"name": "a\n  b"}) == "<ul>\n<li>a\n  b</li>\n</ul>"


@pytest.mark.once
def test_kept_parts_have_an_end(monkeypatch):
    monkeypatch.setattr(parts, "MOST_KEPT", 2)
    for number in range(5):
        fragment("greeting.html", {"is_open": number}, {"name": "Ann"})

    assert len(parts._kept) <= 2


@pytest.mark.once
def test_nothing_is_kept_while_templates_may_change(asked):
    with override_settings(DEBUG=True):
        fragment("word.html", {}, {})
        fragment("word.html", {}, {})

    assert asked == ["word.html", "word.html"]


@pytest.mark.once
@pytest.mark.parametrize("words", ["'a.html' title=title", "'a.html' by", "'a.html' as"])
def test_tag_that_makes_no_sense_is_an_error_of_the_template(engine, words):
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% fragment {words} %}}", engine=engine)


def test_part_can_be_had_for_later_in_the_page(engine):
    words = "{% fragment 'greeting.html' with name=name as found %}<b>{{ found }}</b>"
    page = Template(words, engine=engine)

    assert page.render(Context({"name": "A&B"})) == "<b><p title='100%'>A&amp;B (A&amp;B)</p></b>"


def test_mark_in_a_value_is_only_a_character():
    forged = f"{parts.OPENING}name{parts.CLOSING}%(name)s"

    assert f"{forged} ({forged})" in fragment("greeting.html", {"is_open": False}, {"name": forged})


@pytest.mark.once
def test_form_is_filled_in_with_what_there_is_escaped():
    form = parts.Form(f"<p>100% {parts.blank('name')}: {parts.blank('word')}</p>")

    assert form.filled({"name": "<b>%s"}) == "<p>100% &lt;b&gt;%s: </p>"


@pytest.mark.once
def test_form_has_a_value_wherever_it_has_its_blank_and_none_of_the_one_before():
    form = parts.Form(f"{parts.blank('name')}, {parts.blank('name')}!")

    assert form.filled({"name": "Ann", "other": "?"}) == "Ann, Ann!"
    assert form.filled({}) == ", !"


@pytest.mark.once
def test_row_of_parts_has_between_them_what_is_asked_for():
    rows = [({"is_open": False}, {"name": name}) for name in ("Ann", "Bo")]
    ann, bo = (fragment("greeting.html", *row) for row in rows)

    assert parts.fragments("greeting.html", rows) == f"{ann}\n{bo}"
    assert parts.fragments("greeting.html", rows, between="") == f"{ann}{bo}"


@pytest.mark.once
def test_words_of_people_bring_no_blank_into_a_form():
    evil = parts.without_blanks(f"%(name)s{parts.blank('name')})")

    assert parts.Form(evil).filled({"name": "Ann"}) == "%(name)sname)"


@pytest.mark.once
def test_what_is_escaped_is_what_django_escapes():
    values = ["<a>", SafeString("<a>"), 1_000, None, gettext_lazy("<a>"), SimpleLazyObject(str)]

    assert [parts.escaped(each) for each in values] == [conditional_escape(each) for each in values]
