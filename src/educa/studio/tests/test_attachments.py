"""The files of a course: what there is, where it is used, and deleting it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.tests.factories import make_instructor
from educa.courses.actions import trash_content
from educa.courses.models import Attachment, TextDraft
from educa.courses.tests.factories import (
    make_attachment,
    make_content,
    make_course,
    make_module,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_instructor()


@pytest.fixture
def course(owner, stored):
    """A course with a module, beside another course with a file."""
    make_attachment(name="not mine.png")
    course = make_course(owner=owner)
    make_module(course)
    return course


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


def list_of(browser, course):
    return browser.get(reverse("course_attachment_list", args=[course.pk]))


def delete(browser, attachment, **fields):
    return browser.post(reverse("attachment_delete", args=[attachment.pk]), fields)


def words_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def use(attachment, **fields):
    """A text that shows the file."""
    words = f"Look: ![A square]({attachment.get_absolute_url()})"
    return make_content(attachment.course.modules.first(), **{"content": words, **fields})


def test_the_files_of_the_course_are_listed_with_what_they_are(browser, course):
    make_attachment(course, name="square.png", size=2048)

    page = list_of(browser, course)

    assertContains(page, "square.png")
    assertContains(page, "image/png")
    assertContains(page, "2.0\xa0KB")
    assertNotContains(page, "not mine.png")


def test_the_sizes_of_all_pages_of_the_list_are_added_up(browser, course):
    for _ in range(51):
        make_attachment(course, size=1024)

    assertContains(list_of(browser, course), "51 files, 51.0\xa0KB together")


def test_no_files_are_told_in_words(browser, course):
    assertContains(list_of(browser, course), "This course has no files yet")


def test_what_only_instructors_see_is_marked(browser, course):
    make_attachment(course, instructors_only=True)

    assertContains(list_of(browser, course), "For instructors only")


def test_the_texts_that_show_a_file_are_named(browser, course):
    attachment = make_attachment(course)
    content = use(attachment, title="Beats")

    page = list_of(browser, course)

    place = [content.module_id, "text", content.object_id]
    assertContains(page, reverse("module_content_update", args=place))
    assertContains(page, "Beats")


def test_a_smaller_picture_of_a_file_is_that_file(browser, course):
    attachment = make_attachment(course)
    use(attachment, title="Beats", content=f"![x]({attachment.get_absolute_url()}.w480.webp)")

    assertContains(list_of(browser, course), "Beats")


def test_a_text_in_the_trash_counts_for_it_may_come_back(browser, course):
    content = use(make_attachment(course), title="Beats")
    trash_content(content=content, by=course.owner)

    assertContains(list_of(browser, course), "(in the trash)")


def test_words_that_are_not_saved_yet_count(browser, course, owner):
    attachment = make_attachment(course)
    draft = f"![x]({attachment.get_absolute_url()})"
    TextDraft.objects.create(author=owner, module=course.modules.get(), title="New", content=draft)

    assertContains(list_of(browser, course), "(not saved yet)")


def test_the_overview_of_the_course_counts(browser, course):
    attachment = make_attachment(course)
    course.overview = f"![x]({attachment.get_absolute_url()})"
    course.save()

    assertContains(list_of(browser, course), "Overview of the course")


def test_texts_of_other_courses_are_not_named(browser, course):
    attachment = make_attachment(course)
    make_content(title="Foreign", content=attachment.get_absolute_url())

    page = list_of(browser, course)

    assertNotContains(page, "Foreign")
    assertContains(page, "No text uses it.")


def test_a_file_that_nothing_uses_goes_with_its_bytes(
    browser, course, stored, django_capture_on_commit_callbacks
):
    attachment = make_attachment(course)
    before = stored()

    with django_capture_on_commit_callbacks(execute=True):
        response = delete(browser, attachment)

    assert words_of(response) == ["Deleted “attached.png”."]
    assert not course.attachments.exists()
    assert len(stored()) == len(before) - 1


def test_a_file_in_use_stays_unless_one_says_so(browser, course):
    attachment = make_attachment(course)
    use(attachment)

    response = delete(browser, attachment)

    assert words_of(response) == [
        "“attached.png” is used in 1 place. Tick the box to delete it all the same."
    ]
    assert course.attachments.get() == attachment


def test_a_file_in_use_goes_when_one_says_so(browser, course):
    attachment = make_attachment(course)
    use(attachment)

    delete(browser, attachment, even_if_used="on")

    assert not course.attachments.exists()


def test_a_script_gets_the_same_in_json(browser, course):
    attachment = make_attachment(course)
    use(attachment)
    path = reverse("attachment_delete", args=[attachment.pk])

    response = browser.post(path, headers={"Accept": "application/json"})

    assert response.status_code == 400
    assert "used in 1 place" in response.json()["errors"]["__all__"][0]


def test_nobody_deletes_the_files_of_others(browser, course):
    foreign = Attachment.objects.get(name="not mine.png")

    assert delete(browser, foreign, even_if_used="on").status_code == 404
    assert Attachment.objects.filter(pk=foreign.pk).exists()


def test_a_name_stays_a_name(browser, course):
    make_attachment(course, name='"><script>alert(1)</script>.png')

    assertNotContains(list_of(browser, course), "<script>alert")


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_costs_the_same_however_many_files_and_texts_there_are(
    browser, course, django_assert_max_num_queries, number
):
    for _ in range(number):
        use(make_attachment(course))
        make_content(course.modules.first())

    with django_assert_max_num_queries(10):
        list_of(browser, course)
