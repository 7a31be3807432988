"""All modules of a course in one form."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses.actions import reorder_modules, trash_content, trash_module
from educa.courses.models import Module
from educa.courses.tests.factories import make_content, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """An instructor, signed in."""
    person = make_instructor()
    client.force_login(person)
    return person


@pytest.fixture
def course(owner):
    """A course with the modules A, B and C."""
    course = make_course(owner=owner)
    for title in "ABC":
        make_module(course, title=title, description=f"About {title}.")
    return course


def url(course):
    return reverse("course_module_update", args=[course.pk])


def sent_by(formset):
    """What a browser sends when nothing was changed."""
    fields = [*formset.management_form, *(field for form in formset for field in form)]
    values = {field.html_name: field.value() for field in fields}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def form_of(client, course, **query):
    return sent_by(client.get(url(course), query).context["formset"])


def titles(course):
    return "".join(Module.objects.filter(course=course).values_list("title", flat=True))


def state(course):
    """Everything that a form could change."""
    rows = Module.everything.filter(course=course).order_by("pk")
    return list(rows.values_list("pk", "course", "title", "description", "order", "trashed_at"))


def test_form_has_a_row_for_each_module_and_two_for_new_ones(client, course):
    formset = client.get(url(course)).context["formset"]

    assert [form.instance.title for form in formset.initial_forms] == ["A", "B", "C"]
    assert len(formset.extra_forms) == 2


def test_rows_are_in_the_order_of_the_modules(client, course):
    a, b, c = course.modules.all()
    reorder_modules(course=course, keys=[c.pk, a.pk, b.pk])

    rows = client.get(url(course)).context["formset"].initial_forms

    assert [row.instance.title for row in rows] == ["C", "A", "B"]


def test_box_for_deleting_says_how_much_goes_with_the_module(client, course):
    module = course.modules.first()
    for _ in range(2):
        make_content(module)
    trash_content(content=make_content(module), by=course.owner)

    assertContains(client.get(url(course)), "Delete, with its 2 contents")


def test_titles_and_descriptions_are_changed_together(client, course):
    sent = form_of(client, course) | {"modules-0-title": "X", "modules-2-description": "Z\r\nz"}

    assertRedirects(client.post(url(course), sent), url(course))

    assert titles(course) == "XBC"
    assert course.modules.last().description == "Z\nz"


def test_new_modules_come_last_in_their_order(client, course):
    sent = form_of(client, course) | {"modules-3-title": "D", "modules-4-title": "E"}

    client.post(url(course), sent)

    assert titles(course) == "ABCDE"


def test_a_module_is_deleted_into_the_trash_and_can_be_taken_back(client, course):
    module = course.modules.all()[1]
    content = make_content(module)
    sent = form_of(client, course) | {"modules-1-DELETE": "on"}

    response = client.post(url(course), sent, follow=True)

    assertContains(response, reverse("module_restore", args=[module.pk]))
    assert titles(course) == "AC"
    content.refresh_from_db()
    assert content.trashed_by == course.owner


def test_several_modules_are_deleted_at_once(client, course):
    sent = form_of(client, course) | {"modules-0-DELETE": "on", "modules-1-DELETE": "on"}

    assertContains(client.post(url(course), sent, follow=True), "2 modules are in the trash")
    assert titles(course) == "C"


def test_a_row_without_a_title_keeps_everything_from_being_saved(client, course):
    sent = form_of(client, course) | {"modules-0-title": "", "modules-1-title": "Y"}

    response = client.post(url(course), sent)

    assertContains(response, "Nothing was saved yet")
    assertContains(response, 'value="Y"')
    assert titles(course) == "ABC"


@pytest.mark.parametrize("title", ["x" * 201, "a\0b", "   "])
def test_titles_that_can_not_be_are_refused(client, course, title):
    sent = form_of(client, course) | {"modules-0-title": title}

    assert client.post(url(course), sent).status_code == 200
    assert titles(course) == "ABC"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client, course):
    sent = form_of(client, course) | {"modules-0-title": "Mine", "modules-1-title": "Y"}
    Module.objects.filter(course=course, title="A").update(title="Theirs")

    response = client.post(url(course), sent)

    assert response.status_code == 409
    for words in ("Theirs", 'value="Mine"', "Save mine anyway"):
        assertContains(response, words, status_code=409)
    assert set(course.modules.values_list("title", flat=True)) == {"Theirs", "B", "C"}


def test_after_both_were_shown_mine_is_saved(client, course):
    sent = form_of(client, course) | {"modules-0-title": "Mine"}
    Module.objects.filter(course=course, title="A").update(title="Theirs")
    shown = client.post(url(course), sent).context["formset"]

    assertRedirects(client.post(url(course), sent_by(shown)), url(course))

    assert titles(course) == "MineBC"


def test_a_row_that_only_somebody_else_changed_is_left_as_they_made_it(client, course):
    sent = form_of(client, course) | {"modules-1-title": "Y"}
    Module.objects.filter(course=course, title="A").update(title="Theirs")

    assertRedirects(client.post(url(course), sent), url(course))

    assert titles(course) == "TheirsYC"


def test_a_module_that_was_changed_meanwhile_is_not_deleted_unseen(client, course):
    sent = form_of(client, course) | {"modules-0-DELETE": "on"}
    Module.objects.filter(course=course, title="A").update(description="Much more.")

    assert client.post(url(course), sent).status_code == 409
    assert titles(course) == "ABC"


def test_a_module_that_was_deleted_meanwhile_is_said_to_be_and_can_be_passed_over(client, course):
    sent = form_of(client, course) | {"modules-0-title": "Mine", "modules-1-title": "Y"}
    trash_module(module=course.modules.first(), by=make_instructor())

    response = client.post(url(course), sent)

    assertContains(response, "Somebody else has deleted this module", status_code=409)
    client.post(url(course), sent_by(response.context["formset"]))
    assert titles(course) == "YC"


def test_a_deleted_module_that_one_did_not_touch_is_no_conflict(client, course):
    sent = form_of(client, course) | {"modules-1-title": "Y"}
    trash_module(module=course.modules.first(), by=make_instructor())

    assertRedirects(client.post(url(course), sent), url(course))
    assert titles(course) == "YC"


def test_a_form_without_states_is_saved_as_it_is(client, course):
    sent = form_of(client, course) | {"modules-0-title": "X"}
    sent = {name: value for name, value in sent.items() if not name.endswith("-seen")}

    client.post(url(course), sent)

    assert titles(course) == "XBC"


def test_line_ends_of_a_browser_are_no_change(client, course):
    Module.objects.filter(course=course, title="A").update(description="a\nb")
    sent = form_of(client, course) | {"modules-0-description": "a\r\nb"}
    Module.objects.filter(course=course, title="A").update(description="Theirs.")

    assertRedirects(client.post(url(course), sent), url(course))
    assert course.modules.first().description == "Theirs."


def test_another_order_and_a_new_module_meanwhile_do_no_harm(client, course):
    sent = form_of(client, course) | {"modules-0-title": "X"}
    Module.objects.filter(course=course, title="A").update(order=9)
    make_module(course, title="D")

    client.post(url(course), sent)

    assert titles(course) == "BCXD"


def test_what_was_saved_counts_as_a_change_of_the_course(client, course):
    before = course.updated

    client.post(url(course), form_of(client, course) | {"modules-0-title": "X"})

    course.refresh_from_db()
    assert course.updated > before


@pytest.fixture
def foreign():
    """A module of somebody else."""
    return make_module(title="Foreign")


def lies(course, foreign):
    """What no page sends, with the answer that it gets."""
    first, _, third = course.modules.values_list("pk", flat=True)
    other = str(foreign.course.pk)
    return {
        "a foreign module": ({"modules-0-id": foreign.pk}, 404),
        "a foreign module to delete": ({"modules-0-id": foreign.pk, "modules-0-DELETE": "on"}, 404),
        "a module twice": ({"modules-1-id": first}, 400),
        "no key": ({"modules-0-id": ""}, 400),
        "a key that is none": ({"modules-0-id": "1; DROP"}, 400),
        "a key in other digits": ({"modules-0-id": "٣"}, 400),
        "a key beyond all": ({"modules-0-id": 2**70}, 400),
        "a negative key": ({"modules-0-id": -1}, 400),
        "a key of no module": ({"modules-0-id": 10**12}, 404),
        "fewer rows with keys": ({"modules-INITIAL_FORMS": 2}, 400),
        "more rows with keys": ({"modules-INITIAL_FORMS": 5}, 400),
        "more rows with keys than rows": ({"modules-INITIAL_FORMS": 6}, 400),
        "a negative number": ({"modules-INITIAL_FORMS": -1}, 400),
        "thousands of rows": ({"modules-TOTAL_FORMS": 5000}, 400),
        "a number of rows beyond all": ({"modules-TOTAL_FORMS": 10**30}, 400),
        "no number of rows": ({"modules-TOTAL_FORMS": "x"}, 400),
        "a key in a new row": ({"modules-3-id": foreign.pk, "modules-3-title": "X"}, 400),
        "a known key in a new row": ({"modules-3-id": third, "modules-3-title": "X"}, 400),
        "a row of another course": ({"modules-0-course": other}, 400),
        "a new row of another course": ({"modules-3-course": other, "modules-3-title": "X"}, 400),
    }


LIES = [
    "a foreign module", "a foreign module to delete", "a module twice", "no key",
    "a key that is none", "a key in other digits", "a key beyond all", "a negative key",
    "a key of no module", "fewer rows with keys", "more rows with keys",
    "more rows with keys than rows", "a negative number", "thousands of rows",
    "a number of rows beyond all", "no number of rows", "a key in a new row",
    "a known key in a new row", "a row of another course", "a new row of another course",
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_what_no_page_sends_is_refused_and_changes_nothing(client, course, foreign, lie):
    change, status = lies(course, foreign)[lie]
    sent = form_of(client, course) | {"modules-2-title": "Changed"} | change
    before = state(course), state(foreign.course)

    assert client.post(url(course), sent).status_code == status

    assert (state(course), state(foreign.course)) == before


def test_five_thousand_rows_are_refused(client, course):
    sent = form_of(client, course) | {"modules-TOTAL_FORMS": 5000}
    sent |= {f"modules-{number}-title": "x" for number in range(3, 5000)}

    assert client.post(url(course), sent).status_code == 400
    assert titles(course) == "ABC"


def test_nothing_but_title_and_description_is_set(client, course):
    sent = form_of(client, course) | {"modules-0-order": 7, "modules-0-trashed_at": "2020-01-01"}
    sent |= {"modules-0-title": "X", "modules-3-title": "D", "modules-3-order": 0}

    client.post(url(course), sent)

    assert titles(course) == "XBCD"
    assert list(course.modules.values_list("order", flat=True)) == [0, 1, 2, 3]


def test_five_hundred_modules_come_in_pages_and_each_page_is_saved(client, owner):
    course = make_course(owner=owner)
    rows = [Module(course=course, title=str(number)) for number in range(501)]
    Module.objects.bulk_create(rows)
    first = client.get(url(course)).context["formset"]
    assert (len(first.initial_forms), len(first.extra_forms)) == (50, 0)

    client.post(f"{url(course)}?page=2", form_of(client, course, page=2) | {"modules-0-title": "X"})
    last = form_of(client, course, page=11)
    response = client.post(f"{url(course)}?page=11", last | {"modules-1-title": "New"})

    assertRedirects(response, f"{url(course)}?page=11")
    names = list(course.modules.values_list("title", flat=True))
    assert (len(names), names[50], names[501]) == (502, "X", "New")


def test_a_course_without_modules_has_two_empty_rows(client, owner):
    course = make_course(owner=owner)

    client.post(url(course), form_of(client, course) | {"modules-1-title": "A"})

    assert titles(course) == "A"


def cost(client, course, sent=None):
    with CaptureQueriesContext(connection) as captured:
        response = client.post(url(course), sent) if sent else client.get(url(course))
    assert response.status_code in {200, 302}
    return len(captured)


def test_cost_of_the_page_does_not_grow_with_the_modules(client, course):
    client.get(url(course))
    few = cost(client, course), cost(client, course, form_of(client, course))
    for _ in range(30):
        make_content(make_module(course))

    assert (cost(client, course), cost(client, course, form_of(client, course))) == few


def answers(client, person, course):
    sent = form_of(client, course) | {"modules-0-title": "Changed"}
    client.force_login(person)
    return [client.get(url(course)).status_code, client.post(url(course), sent).status_code]


def test_co_instructor_edits_the_modules_and_others_do_not(client, course):
    helper, lapsed, student = make_instructor(), make_instructor(), make_user()
    course.co_instructors.add(helper, lapsed)
    course.students.add(student)
    lapsed.groups.clear()

    assert answers(client, make_instructor(), course) == [404, 404]
    client.force_login(course.owner)
    assert answers(client, lapsed, course) == [403, 403]
    client.force_login(course.owner)
    assert answers(client, student, course) == [403, 403]
    assert titles(course) == "ABC"
    client.force_login(course.owner)
    assert answers(client, helper, course) == [200, 302]
    assert titles(course) == "ChangedBC"


def test_visitor_signs_in_and_comes_back(client, course):
    client.logout()

    assertRedirects(client.get(url(course)), f"{reverse('login')}?next={url(course)}")
