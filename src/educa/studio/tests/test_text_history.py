"""The versions of a text: who said what and when, what differs, and the way back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import save_item
from educa.courses.kinds.text import TextForm
from educa.courses.models import TextVersion
from educa.courses.tests.factories import make_content, make_course, make_module
from educa.students.models import Enrollment

pytestmark = pytest.mark.django_db

JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def owner():
    return make_instructor(display_name="Ada Byron")


@pytest.fixture
def module(owner):
    return make_module(make_course(owner=owner))


@pytest.fixture
def text(module):
    """A text that is saved, beside one of another course."""
    make_content()
    return make_content(module, title="Beats", content="The wave moves.").item


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


def save(text, module, author, content, **fields):
    """Somebody saves the text."""
    fields = {"title": text.title, "content": content, "format": text.format} | fields
    form = TextForm(fields, instance=text)
    assert form.is_valid()
    save_item(form=form, module=module, author=author)


def url_of(module, text):
    return reverse("text_history", args=[module.pk, text.pk])


def restore_url(module, text, version):
    return reverse("text_version_restore", args=[module.pk, text.pk, version.pk])


def make_versions(text, number):
    now = timezone.now()
    TextVersion.objects.bulk_create(
        TextVersion(
            text=text,
            title=text.title,
            content=f"Version {n}",
            format="markdown",
            author=make_user(),
            saved_at=now - timedelta(minutes=n),
        )
        for n in range(number)
    )


def test_versions_tell_who_wrote_and_how_much(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.")

    page = browser.get(url_of(module, text))

    assert [growth for _version, growth in page.context["rows"]] == [6, None]
    assertContains(page, "Ada Byron")
    assertContains(page, "Author unknown")
    assertContains(page, "21 characters")


def test_text_that_was_never_saved_again_has_no_history(browser, module, text):
    assertContains(browser.get(url_of(module, text)), "There is only what it says now")


def test_two_versions_are_compared_the_older_one_first(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.", title="Fast beats")
    new, old = text.versions.all()

    for query in (f"?old={old.pk}&new={new.pk}", f"?old={new.pk}&new={old.pk}"):
        page = browser.get(url_of(module, text) + query)
        assertContains(page, "<ins>quick </ins>", html=True)
        assertContains(page, "<del>Beats</del> <ins>Fast beats</ins>")


def test_words_of_authors_are_only_words(browser, module, text, owner):
    save(text, module, owner, "<script>alert(1)</script>", title="<b>")
    new, old = text.versions.all()

    page = browser.get(f"{url_of(module, text)}?old={old.pk}&new={new.pk}")

    assertNotContains(page, "<script>alert")
    assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")


def test_old_state_becomes_the_newest_version_and_nothing_is_lost(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.", title="Fast beats")
    first = text.versions.last()

    response = browser.post(restore_url(module, text, first))

    assert response.url == url_of(module, text)
    text.refresh_from_db()
    assert (text.title, text.content) == ("Beats", "The wave moves.")
    said = list(text.versions.values_list("content", "author"))
    assert said == [
        ("The wave moves.", owner.pk),
        ("The quick wave moves.", owner.pk),
        ("The wave moves.", None),
    ]


def test_restoring_can_be_taken_back(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.")

    undo = browser.post(restore_url(module, text, text.versions.last()), **JSON).json()["undo"]
    browser.post(undo)

    text.refresh_from_db()
    assert text.content == "The quick wave moves."


def test_restoring_what_it_says_anyway_adds_nothing(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.")

    answer = browser.post(restore_url(module, text, text.versions.first()), **JSON)

    assert answer.json()["undo"] == ""
    assert text.versions.count() == 2


def test_state_that_was_changed_past_the_history_is_kept_too(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.")
    type(text).objects.filter(pk=text.pk).update(content="Changed by an import")

    browser.post(restore_url(module, text, text.versions.last()))

    assert text.versions.filter(content="Changed by an import", author=None).exists()


def test_restored_html_is_html_again(browser, module, owner):
    text = make_content(module, content="<p>Old</p>", format="html").item
    save(text, module, owner, "Old", format="markdown")

    browser.post(restore_url(module, text, text.versions.last()))

    text.refresh_from_db()
    assert (text.content, text.format) == ("<p>Old</p>", "html")


def test_versions_of_another_text_stay_out_of_reach(browser, module, text, owner):
    save(text, module, owner, "The quick wave moves.")
    other = make_content(make_module(make_course(owner=owner)))
    save(other.item, other.module, owner, "Secret words")
    foreign = other.item.versions.first()
    own = text.versions.first()

    comparison = f"{url_of(module, text)}?old={foreign.pk}&new={own.pk}"
    assert browser.get(comparison).status_code == 404
    assert browser.post(restore_url(module, text, foreign)).status_code == 404
    assert browser.get(url_of(module, other.item)).status_code == 404
    assert browser.post(restore_url(module, other.item, foreign)).status_code == 404
    text.refresh_from_db()
    assert text.content == "The quick wave moves."


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?old=x&new=1", 400),
        ("?old=1%00&new=1", 400),
        ("?old=1", 200),
        (f"?old={2**70}&new={2**70}", 400),
        ("?old=7&new=8", 404),
        ("?page=0", 404),
        ("?page=x", 404),
        (f"?page={10**30}", 404),
    ],
)
def test_made_up_queries_are_refused(browser, module, text, query, status):
    assert browser.get(url_of(module, text) + query).status_code == status


def test_history_is_for_those_who_may_change_the_text(client, module, text, owner):
    save(text, module, owner, "The quick wave moves.")
    version = text.versions.last()
    student = make_user()
    Enrollment.objects.enroll(student, module.course)

    assert client.get(url_of(module, text)).status_code == 302
    for person, status in ((student, 403), (make_instructor(), 404)):
        client.force_login(person)
        assert client.get(url_of(module, text)).status_code == status
        assert client.post(restore_url(module, text, version)).status_code == status
    text.refresh_from_db()
    assert text.content == "The quick wave moves."


def test_co_instructor_restores(client, module, text, owner):
    save(text, module, owner, "The quick wave moves.")
    assistant = make_instructor()
    module.course.co_instructors.add(assistant)
    client.force_login(assistant)

    client.post(restore_url(module, text, text.versions.last()))

    text.refresh_from_db()
    assert text.content == "The wave moves."
    assert text.versions.first().author == assistant


def test_long_history_has_pages_on_which_growth_goes_on(browser, module, text):
    make_versions(text, 25)

    first = browser.get(url_of(module, text))
    second = browser.get(url_of(module, text) + "?page=2")

    assert len(first.context["rows"]) == 20
    assert first.context["rows"][-1][1] is not None
    assert [growth for _version, growth in second.context["rows"]][-1] is None


def test_ten_versions_cost_what_one_costs(browser, module, text):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(url_of(module, text))
        return len(captured)

    make_versions(text, 2)
    few = queries()
    make_versions(text, 10)

    assert queries() == few
