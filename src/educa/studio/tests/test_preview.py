"""Previews: what a reader would see, made by the renderer that readers' pages have."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.kinds.text import MAX_TEXT
from educa.courses.models import Content, Text
from educa.courses.tests.factories import make_attachment, make_course, make_module
from educa.studio.views import preview

pytestmark = pytest.mark.django_db

JSON = {"headers": {"Accept": "application/json"}}
WORDS = "## Beats\n\n*Two* tones[^1], $f_1 - f_2$\n\n[^1]: near each other"


@pytest.fixture
def module():
    return make_module(make_course(owner=make_instructor()))


@pytest.fixture
def url(module):
    return reverse("text_preview", args=[module.pk])


@pytest.fixture
def browser(client, module):
    client.force_login(module.course.owner)
    return client


def test_preview_is_what_the_text_would_be(browser, url):
    response = browser.post(url, {"content": WORDS}, **JSON)

    assert response.json() == {"html": str(Text(content=WORDS).html)}
    assert "<math" in response.json()["html"]


def test_browser_without_scripts_gets_a_page(browser, url):
    assertContains(browser.post(url, {"content": "*Two* tones"}), "<em>Two</em> tones", html=True)


def test_preview_of_html_is_cleaned(browser, url):
    words = '<p onclick="x()">Two<script>alert(1)</script></p>'

    response = browser.post(url, {"content": words, "format": "html"}, **JSON)

    assert response.json() == {"html": "<p>Two</p>"}


def test_pictures_of_the_course_are_shown(browser, url, module):
    address = make_attachment(module.course).get_absolute_url()

    response = browser.post(url, {"content": f"![A square]({address})"}, **JSON)

    assert f'src="{address}"' in response.json()["html"]


def test_nothing_of_it_is_kept(browser, url):
    browser.post(url, {"content": WORDS}, **JSON)

    assert not Text.objects.exists()
    assert not Content.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"content": "x" * (MAX_TEXT + 1)}, 413),
        ({"content": "x\0y"}, 400),
        ({"content": "x", "format": "pdf"}, 400),
    ],
)
def test_what_can_not_be_shown_is_refused(browser, url, fields, status):
    assert browser.post(url, fields, **JSON).status_code == status


def test_module_of_somebody_else_is_not_known(browser, url):
    other = make_module()

    assert (
        browser.post(reverse("text_preview", args=[other.pk]), {"content": "x"}).status_code == 404
    )
    assert browser.post(reverse("text_preview", args=[2**70]), {"content": "x"}).status_code == 404


def test_co_instructors_see_previews_and_students_do_not(client, module, url):
    assistant, student = make_instructor(), make_user()
    module.course.co_instructors.add(assistant)

    client.force_login(assistant)
    assert client.post(url, {"content": "x"}, **JSON).status_code == 200
    client.force_login(student)
    assert client.post(url, {"content": "x"}, **JSON).status_code == 403


def test_overview_of_a_course_that_is_not_there_yet_has_a_preview(client):
    url = reverse("overview_preview")

    client.force_login(make_instructor())
    assert client.post(url, {"content": "*New*"}, **JSON).json() == {
        "html": "<p><em>New</em></p>\n"
    }
    client.force_login(make_user())
    assert client.post(url, {"content": "*New*"}, **JSON).status_code == 403


def test_somebody_who_asks_without_end_has_to_wait(browser, client, url, module):
    for _ in range(preview.PREVIEWS.amount):
        preview.PREVIEWS.allows(str(module.course.owner.pk))

    response = browser.post(url, {"content": "x"}, **JSON)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    client.force_login(make_instructor())
    assert client.post(reverse("overview_preview"), {"content": "x"}).status_code == 200


def test_preview_is_only_posted(browser, url):
    assert browser.get(url).status_code == 405
