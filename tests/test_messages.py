"""Every string can be translated, and the two languages made for tests are what they should be."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.template.base import Lexer, TokenType
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from educa.config.languages import known_languages
from tests import services
from tools import messages

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [
    path
    for path in sorted((ROOT / "src/educa").glob("**/templates/**/*"))
    if path.suffix in {".html", ".txt"}
]
CATALOGS = sorted(messages.CATALOGS.glob("*/LC_MESSAGES/django.po"))
# Names, and what is the same in every language.
UNTRANSLATED = {"Educa", "YouTube", "Vimeo", "CSV", "PDF"}
LEFT_OUT = {"blocktranslate", "comment"}
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description"}
IN_NO_LANGUAGE = {"code", "style"}
LANGUAGES = [("en", "English"), ("en-xa", "Longer English"), ("ar-xb", "Mirrored English")]


class ShownText(HTMLParser):
    """Collects what a page shows or a screen reader reads aloud; what is in code is in no language."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.in_code = False

    def words(self):
        """The words in it, names left out."""
        words = {word for text in self.found for word in re.findall(r"[^\W\d_]{2,}", text)}
        return sorted(words - UNTRANSLATED)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        self.in_code = self.in_code or tag in IN_NO_LANGUAGE

    def handle_endtag(self, tag):
        self.in_code = self.in_code and tag not in IN_NO_LANGUAGE

    def handle_data(self, data):
        if not self.in_code:
            self.found.append(data)


def untranslated(source):
    """The words of a template that stand outside of its tags and are no part of a class either."""
    kept, inside = [], ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name, *rest = token.contents.split()
            if not inside and (name in LEFT_OUT or (name == "block" and "class" in rest[0])):
                inside = f"end{name}"
            elif name == inside:
                inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    parser = ShownText()
    # Some templates are the attributes of an element that another one begins.
    parser.feed(re.sub(r'\bdata-[\w-]+="[^"]*"', "", "".join(kept)))
    return parser.words()


def test_the_scanner_finds_what_was_forgotten():
    forgotten = """
        {% comment %}Not this{% endcomment %} {# nor this #}
        <h1 class="big">{% translate "Courses" %} Forgotten</h1>
        <p>{% blocktranslate trimmed %}So <b>good</b>{% endblocktranslate %} {{ name }}</p>
        {% block main_class %}narrow{% endblock %}
        <img src="/a" alt="Label"> Educa
    """

    assert untranslated(forgotten) == ["Forgotten", "Label"]


@pytest.mark.once
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_that_can_not_be_translated(template):
    assert untranslated(template.read_text()) == []


@pytest.mark.once
def test_the_catalogs_hold_every_string_of_the_source():
    if shutil.which("xgettext") is None:
        complain = pytest.fail if services.strict() else pytest.skip
        complain("GNU gettext is missing (Debian: gettext)")

    command = [sys.executable, "-m", "tools.messages", "--check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_string_that_the_catalogs_lack_is_named_with_its_file():
    found = polib.pofile(str(messages.CATALOGS / "en/LC_MESSAGES/django.po"))
    found.append(polib.POEntry(msgid="Never seen before", occurrences=[("views.py", "")]))

    made = {"en": messages.catalog(found, "en", messages.TWO_FORMS)}

    assert messages.differences(made) == ["new in views.py: 'Never seen before'"]


@pytest.fixture
def german(tmp_path):
    """A translation that has one string of ours and one that we never had."""
    path = tmp_path / "de/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "de"}
    file.append(polib.POEntry(msgid="Sign in", msgstr="Anmelden"))
    file.append(polib.POEntry(msgid="Never seen", msgstr="Nie gesehen"))
    file.save(str(path))
    return path


def test_a_translation_by_people_is_kept_and_given_what_is_new(german):
    template = polib.pofile(str(messages.CATALOGS / "en/LC_MESSAGES/django.po"))

    messages.renew({"en": template}, german.parents[2])

    renewed = {entry.msgid: entry.msgstr for entry in polib.pofile(str(german))}
    assert renewed["Sign in"] == "Anmelden"
    assert renewed.keys() == {entry.msgid for entry in template}
    assert polib.mofile(str(german.with_suffix(".mo")))[0].msgstr == "Anmelden"


def test_a_language_with_a_catalog_can_be_chosen_if_django_knows_it(german):
    unknown = german.parents[2] / "tlh/LC_MESSAGES"
    unknown.mkdir(parents=True)
    (unknown / "django.po").touch()

    assert known_languages(german.parents[2]) == {"de": "Deutsch"}


@pytest.mark.once
@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_a_catalog_depends_on_nothing_but_the_strings(path):
    text = path.read_text()

    assert not re.search(r"-Date:|Translator:|\.(py|html):\d", text)


@pytest.mark.once
@pytest.mark.parametrize("locale", ["en_XA", "ar_XB"])
def test_a_made_language_is_complete_and_keeps_what_is_no_word(locale):
    catalog = polib.pofile(str(messages.CATALOGS / locale / "LC_MESSAGES/django.po"))
    pairs = [
        (entry.msgid_plural or entry.msgid, text)
        for entry in catalog
        for text in [*(list(entry.msgstr_plural.values())[-1:] or [entry.msgstr])]
    ]

    assert len(catalog.translated_entries()) == len(catalog) > 100
    assert [text for source, text in pairs if kept(source) != kept(text)] == []


def kept(text):
    """The placeholders, elements and line breaks of a string."""
    return messages.KEPT.findall(text)


def test_the_longer_language_is_in_brackets_and_longer():
    assert messages.accented("Save") == "[Šåṽé ō]"
    assert len(messages.accented("a" * 100)) == 140


def test_the_longer_language_leaves_placeholders_and_elements_alone():
    text = '%(count)d of {total} <a href="https://a.example/">at %s</a> 50%% &amp;\n'

    made = messages.accented(text)

    assert made.startswith("[%(count)d öƒ {total} <a href=")
    assert kept(made) == kept(text)
    assert made.endswith("]\n")


def test_the_mirrored_language_turns_words_around_and_nothing_else():
    made = messages.mirrored("Hello <b>%(name)s</b>!")

    assert made == "\u202eHello \u202c<b>%(name)s</b>\u202e!\u202c"


@pytest.mark.parametrize(("code", "bidi"), [("en", False), ("en-xa", False), ("ar-xb", True)])
def test_django_knows_the_made_languages(code, bidi):
    with translation.override(code):
        assert translation.get_language() == code
        assert translation.get_language_bidi() is bidi
        assert translation.get_language_info(code)["bidi"] is bidi


@pytest.mark.parametrize(
    ("count", "one"), [(0, False), (1, True), (2, False), (7, False), (20, False)]
)
def test_the_mirrored_language_has_a_form_for_every_number(count, one):
    with translation.override("ar-xb"):
        text = translation.ngettext("%(n)s module", "%(n)s modules", count)

    assert ("modules" in text) is not one
    assert text.startswith("%(n)s\u202e")


@pytest.mark.django_db
@override_settings(LANGUAGES=LANGUAGES)
@pytest.mark.parametrize("page", ["course_list", "login", "student_registration", "password_reset"])
@pytest.mark.parametrize(
    ("code", "direction", "sign"), [("en-xa", "ltr", "["), ("ar-xb", "rtl", "\u202e")]
)
def test_a_page_comes_in_the_language_that_was_asked_for(client, page, code, direction, sign):
    client.cookies["language"] = code

    text = client.get(reverse(page)).content.decode()

    assert f'lang="{code}"' in text
    assert f'dir="{direction}"' in text
    assert sign in re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1]


@pytest.mark.django_db
@override_settings(LANGUAGES=LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=nothing",
        "/accounts/login/",
        "/students/register/",
        "/accounts/password/reset/",
        "/no",
    ],
)
def test_no_word_on_a_page_stays_in_english(client, path):
    client.cookies["language"] = "en-xa"
    page = ShownText()

    page.feed(client.get(path).content.decode())

    names_of_languages = {"English", "Longer", "Mirrored"}
    english = [word for word in page.words() if word.isascii()]
    assert set(english) - names_of_languages - {"nothing"} == set()


@pytest.mark.django_db
@override_settings(LANGUAGES=LANGUAGES)
@pytest.mark.parametrize(("code", "direction"), [("en-xa", "ltr"), ("ar-xb", "rtl")])
def test_the_administration_follows_the_language_too(admin_client, code, direction):
    admin_client.cookies["language"] = code

    text = admin_client.get(reverse("admin:index")).content.decode()

    assert f'lang="{code}" dir="{direction}"' in text
