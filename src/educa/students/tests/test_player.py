"""The player's page: one content with the outline beside it, at a cost that does not grow."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from educa.accounts.tests.factories import make_user
from educa.courses.models import Content, Module, Text
from educa.courses.outline import LONGEST
from educa.courses.tests.factories import (
    make_content,
    make_course,
    make_file,
    make_module,
    make_text,
)
from educa.students.models import Enrollment, Note
from educa.students.tests.factories import make_completion

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
LESSON = {"X-Educa-Part": "lesson"}


def fill(course, modules, contents):
    """Give the course many modules with many texts each."""
    made = Module.objects.bulk_create(
        [Module(course=course, title=f"Module {place}") for place in range(modules)]
    )
    texts = Text.objects.bulk_create(
        [Text(owner=course.owner, title=f"Text {n}") for n in range(modules * contents)]
    )
    Content.objects.bulk_create(
        [
            Content(module=made[place // contents], item=text, order=place % contents)
            for place, text in enumerate(texts)
        ]
    )


@pytest.fixture
def course(client):
    """A course that somebody studies who is signed in."""
    course = make_course()
    client.force_login(Enrollment.objects.enroll(make_user(), course).student)
    return course


@pytest.fixture
def long_course(course):
    """One with more contents than a page lists."""
    fill(course, 4, LONGEST // 4 + 1)
    return course


def page_of(course, content=None):
    if content is None:
        return reverse("student_course_detail", args=[course.pk])
    return reverse("student_content_detail", args=[course.pk, content.pk])


def in_order(course):
    return list(Content.objects.filter(module__course=course).in_reading_order())


def test_titles_bring_nothing_into_the_outline_that_is_filled_in_for_each(client, course):
    odd = "100% %(done1)s %s <b>\ue010done1\ue011 & {}"
    module = make_module(course, title=odd)
    first, second = (
        make_content(module, item=make_text(owner=course.owner, title=odd)) for _ in "ab"
    )
    make_completion(Enrollment.objects.get(course=course), first)

    shown = client.get(page_of(course, second)).text

    assert shown.count("100% %(done1)s %s &lt;b&gt;done1 &amp; {}") >= 3
    assert "<b>" not in shown


@pytest.mark.parametrize("size", [(2, 2), (4, LONGEST // 4 + 1)])
def test_neighbors_are_those_in_reading_order_across_modules(client, course, size):
    fill(course, *size)
    contents = in_order(course)
    place = size[1]  # the first of the second module

    response = client.get(page_of(course, contents[place]))

    around = [response.context["previous"].pk, response.context["next"].pk]
    assert around == [contents[place - 1].pk, contents[place + 1].pk]


def test_first_has_nothing_before_it_and_last_nothing_after(client, long_course):
    contents = in_order(long_course)

    first, last = (client.get(page_of(long_course, contents[place])) for place in (0, -1))

    assert (first.context["previous"], last.context["next"]) == (None, None)
    assert first.context["next"].pk == contents[1].pk
    assert last.context["previous"].pk == contents[-2].pk


def test_empty_module_between_two_is_skipped(client, course):
    fill(course, 1, 1)
    make_module(course)
    after = make_content(make_module(course))

    response = client.get(page_of(course, in_order(course)[0]), headers=LESSON)

    assert response.context["next"].pk == after.pk


@pytest.mark.parametrize("modules", [1, 30, 120])
def test_cost_of_the_page_is_bounded(client, course, modules, django_assert_max_num_queries):
    fill(course, modules, 10)
    contents = in_order(course)
    client.get(page_of(course))

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(page_of(course, contents[-1]))


@pytest.mark.parametrize("modules", [1, 30, 120])
def test_cost_of_a_lesson_alone_is_bounded(client, course, modules, django_assert_max_num_queries):
    fill(course, modules, 10)
    contents = in_order(course)
    client.get(page_of(course))

    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(page_of(course, contents[-1]), headers=LESSON)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["", "content/{}/"])
def test_page_takes_one_statement_once_outline_and_item_are_kept(
    client, course, django_assert_num_queries, place
):
    fill(course, 2, 3)
    path = page_of(course) + place.format(in_order(course)[0].pk)
    client.get(path)
    client.get(path)

    with django_assert_num_queries(1):  # the session with its person and the reader
        client.get(path)


@pytest.mark.django_db(transaction=True)
def test_first_visit_takes_one_more_to_note_it(client, course, django_assert_num_queries):
    fill(course, 2, 3)
    client.get(page_of(course))
    client.force_login(Enrollment.objects.enroll(make_user(), course).student)

    with django_assert_num_queries(2):
        client.get(page_of(course))


@pytest.mark.django_db(transaction=True)
def test_outline_of_one_is_not_that_of_another(client, course):
    fill(course, 2, 3)
    mine, contents = Enrollment.objects.get(), in_order(course)
    make_completion(mine, contents[3])
    others = client.get(page_of(course, contents[3])).content.decode()

    client.force_login(Enrollment.objects.enroll(make_user(), course).student)
    response = client.get(page_of(course))

    assert others.count(' aria-current="page" class="is-done"><i>Done: </i><bdi>') == 1
    assert others.count("is-done") == 1
    assertNotContains(response, 'class="is-done"')
    assertContains(response, 'aria-current="page"', 1)
    assertContains(response, "<details open>", 1)


@pytest.mark.django_db(transaction=True)
def test_new_title_shows_in_the_next_request(client, course):
    content = make_content(make_module(course), title="Ebb")
    client.get(page_of(course))

    content.item.title = "Flow"
    content.item.save()

    assertContains(client.get(page_of(course)), "<bdi>Flow</bdi>", 2)


@pytest.mark.django_db(transaction=True)
def test_file_that_is_lost_is_told_of_where_its_item_is_kept(client, course):
    content = make_content(make_module(course), item=make_file(owner=course.owner))
    client.get(page_of(course))

    default_storage.delete(content.item.file.name)

    assertContains(client.get(page_of(course)), "be shown right now")


@pytest.mark.django_db(transaction=True)
def test_nothing_of_one_student_is_on_the_page_of_the_other(client, course):
    content = make_content(make_module(course))
    one, other = Enrollment.objects.get(), Enrollment.objects.enroll(make_user(), course)
    make_completion(one, content)
    Note.objects.create(author=one.student, content=content, body="A secret of one")
    client.get(page_of(course))

    client.force_login(other.student)
    response = client.get(page_of(course))

    assertNotContains(response, "A secret of one")
    assertNotContains(response, 'class="is-done"')
    assertNotContains(response, f'data-user="{one.student_id}"')


def test_page_of_a_hundred_contents_is_light(client, course):
    fill(course, 10, 10)

    assert len(client.get(page_of(course)).content) < 30_000


def test_long_course_lists_the_module_that_is_read_and_leads_to_the_others(client, long_course):
    first, second, *_others = long_course.modules.all()
    content = second.contents.first()

    response = client.get(page_of(long_course, content))

    assertContains(response, page_of(long_course, second.contents.last()))
    assertNotContains(response, page_of(long_course, first.contents.first()))
    assertContains(
        response, reverse("student_course_detail_module", args=[long_course.pk, first.pk])
    )


def test_long_course_opens_where_one_left_off(client, long_course):
    content = in_order(long_course)[-1]
    client.get(page_of(long_course, content))

    assert client.get(page_of(long_course)).context["content"].pk == content.pk


def test_module_of_a_long_course_is_listed_when_it_is_asked_for(client, long_course):
    module = long_course.modules.last()
    enrollment, other = (
        Enrollment.objects.get(),
        Enrollment.objects.enroll(make_user(), long_course),
    )
    make_completion(enrollment, module.contents.first())
    make_completion(other, module.contents.last())

    response = client.get(reverse("student_module_outline", args=[long_course.pk, module.pk]))

    assert [entry.is_done for entry in response.context["entries"]].count(True) == 1
    assert len(response.context["entries"]) == module.contents.count()


def test_module_of_another_course_is_not_listed(client, course):
    foreign = make_module()

    answer = client.get(reverse("student_module_outline", args=[course.pk, foreign.pk]))

    assert answer.status_code == 404


def test_modules_say_how_much_of_them_is_done(client, course):
    fill(course, 2, 3)
    contents, other = in_order(course), Enrollment.objects.enroll(make_user(), course)
    make_completion(Enrollment.objects.exclude(pk=other.pk).get(), contents[0])
    make_completion(other, contents[1])

    response = client.get(page_of(course))

    assertContains(response, '<span class="count">1/3</span>', 1)
    assertContains(response, '<span class="count">0/3</span>', 1)


def test_script_gets_the_lesson_alone(client, course):
    content = make_content(make_module(course, title="Tides"), title="Ebb")

    response = client.get(page_of(course, content), headers=LESSON)

    assertTemplateUsed(response, "students/course/part.html")
    assertContains(response, "Module 1 · Tides")
    assertNotContains(response, "<html")
    assert "X-Educa-Part" in response.headers["Vary"]


@pytest.mark.parametrize(
    "header", [{"X-Educa-Prefetch": "1"}, {"Sec-Purpose": "prefetch;prerender"}]
)
def test_what_is_fetched_early_is_not_noted(client, course, header):
    content = make_content(make_module(course))

    client.get(page_of(course, content), headers=LESSON | header)

    enrollment = Enrollment.objects.get()
    assert (enrollment.last_content, enrollment.last_active_at) == (None, None)


def test_what_is_asked_for_by_its_headers_is_not_noted(client, course):
    content = make_content(make_module(course))

    client.head(page_of(course, content))

    assert Enrollment.objects.get().last_content is None


def test_lesson_alone_is_noted_when_it_is_asked_for_to_be_read(client, course):
    content = make_content(make_module(course))

    client.get(page_of(course, content), headers=LESSON)

    assert Enrollment.objects.get().last_content == content


def test_content_whose_item_is_gone_says_so(client, course):
    content, _other = make_content(make_module(course)), make_content(make_module(course))
    Text.objects.filter(pk=content.object_id)._raw_delete("default")

    assertContains(client.get(page_of(course, content)), "be shown right now")


def test_content_in_the_trash_is_not_found(client, course):
    content = make_content(make_module(course))
    Content.objects.update(trashed_at=timezone.now())

    assert client.get(page_of(course, content)).status_code == 404
    assert client.get(page_of(course, content), headers=LESSON).status_code == 404


def test_content_of_another_course_is_not_found_through_this_one(client, course):
    foreign = make_content()
    Enrollment.objects.enroll(Enrollment.objects.get().student, foreign.module.course)

    assert client.get(page_of(course, foreign)).status_code == 404
    assert client.get(page_of(course, foreign), headers=LESSON).status_code == 404
