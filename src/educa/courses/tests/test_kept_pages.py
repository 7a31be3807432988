"""Pages that are kept for visitors: what they cost, that they are new at once, and that they are nobody's."""

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.models import User
from educa.accounts.tests.factories import make_instructor, make_user
from educa.courses import triggers, views
from educa.courses.models import Course, Module, Subject
from educa.courses.tests.factories import make_content, make_course, make_subject
from educa.lib import remembering
from educa.lib.remembering import families, forget

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def course():
    """A published course with a content."""
    return make_content().module.course


def page_of(course):
    """The address of a course's page."""
    return reverse("course_detail", args=[course.slug])


def counted(name):
    """What has been counted of a family."""
    reverse("course_list")  # families are made with the views, which are loaded now
    return next(family.counts for family in families() if family.name == name)


def hits(name):
    """How often a page of the family was found."""
    return counted(name)["hits"]


def test_kept_catalogue_takes_one_statement(client, course, django_assert_num_queries):
    client.get("/")

    with django_assert_num_queries(1):
        assertContains(client.get("/"), course.title)


def test_kept_catalogue_of_a_subject_takes_one_statement(client, course, django_assert_num_queries):
    path = course.subject.get_absolute_url()
    client.get(path)

    with django_assert_num_queries(1):
        assertContains(client.get(path), course.title)


def test_kept_page_of_a_course_takes_one_statement(client, course, django_assert_num_queries):
    client.get(page_of(course))

    with django_assert_num_queries(1):
        assertContains(client.get(page_of(course)), course.title)


@pytest.mark.parametrize(
    "path", [page_of, lambda _course: "/", lambda each: each.subject.get_absolute_url()]
)
def test_page_that_is_nowhere_yet_takes_one_statement(
    client, course, path, django_assert_num_queries
):
    client.get(path(course))  # for what a process learns once, such as the kinds of contents
    forget()

    with django_assert_num_queries(1):
        assertContains(client.get(path(course)), course.title)


def test_page_that_was_kept_and_has_changed_takes_two(client, course, django_assert_num_queries):
    client.get(page_of(course))
    Course.objects.update(title="Another word")

    with django_assert_num_queries(2):
        assertContains(client.get(page_of(course)), "Another word")


def test_page_that_another_process_has_kept_is_found(client, course):
    before = hits("course_page")
    client.get(page_of(course))
    remembering._at_hand.clear()
    remembering._places.clear()

    assertContains(client.get(page_of(course)), course.title)
    assert hits("course_page") == before + 1


def test_catalogue_of_a_student_takes_no_more_than_one_statement_of_its_own(
    client, course, django_assert_max_num_queries
):
    client.force_login(make_user())
    client.get("/")

    with django_assert_max_num_queries(4):  # session, person, and what they may
        assertContains(client.get("/"), course.title)


CHANGES = {
    "title": lambda: Course.objects.update(title="Another word"),
    "subject": lambda: Subject.objects.update(title="Another word"),
    "owner": lambda: User.objects.update(display_name="Another word"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("is_page", [True, False], ids=["page", "catalogue"])
def test_a_change_is_seen_at_once(client, course, change, is_page):
    path = page_of(course) if is_page else "/"
    assertNotContains(client.get(path), "Another word")

    change()

    assertContains(client.get(path), "Another word")


@pytest.fixture
def no_triggers(course):
    """As while a migration runs, or after one that has failed."""
    triggers.drop()
    yield
    triggers.install()


@pytest.mark.parametrize("is_page", [True, False], ids=["page", "catalogue"])
def test_a_change_is_seen_at_once_while_nothing_moves_generations(
    client, course, no_triggers, is_page
):
    path = page_of(course) if is_page else "/"
    client.get(path)

    Course.objects.update(title="Another word")

    assertContains(client.get(path), "Another word")


def test_what_was_kept_before_the_triggers_were_away_is_not_found_after(client, course):
    client.get(page_of(course))
    triggers.drop()
    Course.objects.update(title="Another word")

    triggers.install()

    assertContains(client.get(page_of(course)), "Another word")


def test_a_page_that_is_right_is_given_out_where_it_can_not_be_made_anew(course, monkeypatch):
    visitor = Client(raise_request_exception=False)
    visitor.get(page_of(course))
    family = next(family for family in families() if family.name == "course_page")
    monkeypatch.setattr(family, "fresh_for", 0)
    monkeypatch.setattr(views, "heading_html", None)  # as with a fault of ours

    assertContains(visitor.get(page_of(course)), course.title)
    forget()
    assert visitor.get(page_of(course)).status_code == 500


def test_a_student_more_is_seen_at_once(client, course):
    assertContains(client.get("/"), "0 enrolled")

    course.students.add(make_user())

    assertContains(client.get("/"), "1 enrolled")


def test_what_is_inside_is_seen_at_once(client, course):
    client.get(page_of(course))

    Module.objects.update(title="Another word")

    assertContains(client.get(page_of(course)), "Another word")


def test_a_course_that_is_unpublished_is_gone_at_once(client, course):
    client.get(page_of(course))
    client.get("/")

    Course.objects.update(status=Course.Status.DRAFT)

    assert client.get(page_of(course)).status_code == 404
    assertNotContains(client.get("/"), course.title)


def test_an_empty_catalogue_is_kept_too(client, django_assert_num_queries):
    client.get("/")

    with django_assert_num_queries(1):
        client.get("/")


def test_who_is_signed_in_gets_no_kept_page_and_leaves_none(client, course):
    person = make_user(display_name="Ada Canary")
    client.force_login(person)
    before = dict(counted("course_page"))

    response = client.get(page_of(course))

    assertContains(response, "Ada Canary")
    assert counted("course_page") == before
    assertNotContains(Client().get(page_of(course)), "Ada Canary")


def test_who_has_signed_in_a_moment_ago_sees_it(client, course):
    client.get("/")
    client.force_login(make_user(display_name="Ada Canary"))

    assertContains(client.get("/"), "Ada Canary")


def test_any_session_cookie_keeps_one_from_kept_pages(client, course):
    client.cookies[site.SESSION_COOKIE_NAME] = "x" * 32
    before = hits("catalogue_page")

    client.get("/")
    client.get("/")

    assert hits("catalogue_page") == before


@pytest.mark.parametrize("scheme", ["Basic YTpi", "Bearer educa_x", "x"])
def test_who_sends_credentials_gets_no_kept_page(client, course, scheme):
    before = hits("catalogue_page")

    client.get("/", headers={"Authorization": scheme})
    client.get("/", headers={"Authorization": scheme})

    assert hits("catalogue_page") == before


def test_kept_pages_set_no_cookie_and_have_no_token(client, course):
    first, second = client.get(page_of(course)), client.get(page_of(course))

    assert not first.cookies
    assert not second.cookies
    assertNotContains(second, "csrfmiddlewaretoken")
    assert second.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Encoding"} <= {*second.headers["Vary"].split(", ")}


def test_the_page_is_the_same_when_it_is_kept_but_for_how_it_may_be_kept(client, course, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "VisitorPages" not in name]
    plain = Client().get(page_of(course))
    settings.MIDDLEWARE = site.MIDDLEWARE

    first, second = client.get(page_of(course)), client.get(page_of(course))

    assert plain.content == first.content == second.content
    ours = {"ETag", "Cache-Control", "Vary", "Content-Length"}
    assert {*plain.headers.items()} - {*second.headers.items()} <= {
        (name, plain.headers.get(name)) for name in ours
    }


@pytest.mark.parametrize(
    "query", ["q=moons", "utm_source=x", "page=02", "page=2&", "sort=x", "page=1&sort=title", "%00"]
)
def test_other_queries_are_not_kept(client, course, query):
    before = dict(counted("catalogue_page"))

    client.get(f"/?{query}")
    client.get(f"/?{query}")

    assert counted("catalogue_page") == before


@pytest.mark.parametrize("query", ["", "sort=title", "page=1", "sort=enrolled&page=1"])
def test_queries_of_our_links_are_kept_apart(client, course, query):
    first = client.get(f"/?{query}")
    before = hits("catalogue_page")

    second = client.get(f"/?{query}")

    assert hits("catalogue_page") == before + 1
    assert second.content == first.content


def test_pages_that_are_not_there_are_not_kept(client, course):
    assert client.get("/?page=99").status_code == 404
    assert client.get("/?page=99").status_code == 404
    assert client.get("/course/subject/none/").status_code == 404


def test_themes_are_kept_apart(client, course):
    client.get("/")
    client.cookies["theme"] = "dark"

    assertContains(client.get("/"), 'data-theme="dark"')
    assertNotContains(Client().get("/"), "data-theme")


def test_a_theme_that_is_none_is_not_told_back(client, course):
    client.cookies["theme"] = "canary"

    assertNotContains(client.get("/"), "canary")


def test_names_of_the_site_are_kept_apart(client, course, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    client.get(page_of(course), headers={"Host": "one.example"})

    response = client.get(page_of(course), headers={"Host": "two.example"})

    assertContains(response, "http://two.example/")
    assertNotContains(response, "one.example")


def test_a_name_that_is_not_ours_is_refused(client, course):
    client.get(page_of(course))

    assert client.get(page_of(course), headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "X-Original-URL",
        "X-Rewrite-URL",
    ],
)
def test_headers_that_are_no_part_of_the_key_leave_no_trace(client, course, header):
    response = client.get(page_of(course), headers={header: "canary.example"})

    assertNotContains(response, "canary")
    assertNotContains(client.get(page_of(course)), "canary")


ENDS = ["x.css", ".css", ";a.css", "%2f..%2f", "/a.js", "/", "%2f", "%2e", "%2e%2e/", ";", "%3b"]


@pytest.mark.parametrize("end", ENDS)
def test_no_address_beside_that_of_a_page_is_answered_with_it(client, course, end):
    client.get(page_of(course))

    assert client.get(page_of(course) + end).status_code == 404


@pytest.mark.parametrize("way", ["/{}", "/.{}", "/course/..{}", "/;{}", "{};/"])
def test_no_other_way_to_the_address_of_a_page_is_answered_with_it(client, course, way):
    client.get(page_of(course))

    response = client.get("/", PATH_INFO=way.format(page_of(course)))

    assert response.status_code == 404


@pytest.mark.parametrize("accept", ["text/css", "application/json", "image/*;q=0.1", "canary", ""])
def test_what_a_browser_takes_makes_no_other_page(client, course, accept):
    first = client.get(page_of(course), headers={"Accept": accept})

    second = client.get(page_of(course))

    assert (first.content, first.headers) == (second.content, second.headers)
    assertNotContains(second, "canary")


ODD = ["localhost:81", "LOCALHOST", "localhost.", "localhost:080", "any.example.org", "example.org"]


@pytest.mark.parametrize("host", ODD)
def test_for_a_name_that_somebody_has_made_up_nothing_is_kept(client, course, settings, host):
    settings.ALLOWED_HOSTS = ["localhost", ".example.org"]
    before = dict(counted("course_page"))

    statuses = {client.get(page_of(course), headers={"Host": host}).status_code for _ in range(2)}

    assert statuses == {200}
    assert counted("course_page") == before


USUAL = ["localhost", "localhost:80", "[::1]:80", "learn.example.org", "site.example.org:8443"]


@pytest.mark.parametrize("host", USUAL)
def test_for_a_name_of_the_site_pages_are_kept(client, course, settings, host):
    settings.ALLOWED_HOSTS = ["localhost", "[::1]", "Learn.Example.org", "site.example.org"]
    settings.EDUCA_SITE_URL = "https://site.example.org:8443"
    client.get(page_of(course), headers={"Host": host})
    before = hits("course_page")

    assertContains(client.get(page_of(course), headers={"Host": host}), f"http://{host}/")
    assert hits("course_page") == before + 1


def test_languages_are_kept_apart(client, course, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    client.get("/", headers={"Accept-Language": "en"})
    before = hits("catalogue_page")

    assertContains(client.get("/", headers={"Accept-Language": "ar"}), '<html lang="ar"')
    assertContains(client.get("/", headers={"Accept-Language": "en"}), '<html lang="en"')
    assert hits("catalogue_page") == before + 1  # the form for choosing one has no token


def test_two_courses_of_one_title_are_kept_apart(client):
    one, two = make_course(title="A title: of\nboth"), make_course(title="A title: of\nboth")
    one.overview, two.overview = "First canary", "Second canary"
    one.save()
    two.save()
    client.get(page_of(one))

    assertContains(client.get(page_of(two)), "Second canary")
    assertNotContains(client.get(page_of(two)), "First canary")


def test_who_has_the_page_already_is_told_so(client, course):
    tag = client.get("/").headers["ETag"]

    response = client.get("/", headers={"If-None-Match": tag})

    assert (response.status_code, response.content) == (304, b"")


def test_who_has_an_old_page_gets_the_new_one(client, course):
    tag = client.get("/").headers["ETag"]
    Course.objects.update(title="Another word")

    assertContains(client.get("/", headers={"If-None-Match": tag}), "Another word")


def test_kept_pages_come_compressed_to_who_can_take_it(client, course):
    plain = client.get("/")

    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert packed.headers["Content-Security-Policy"] == plain.headers["Content-Security-Policy"]


@pytest.mark.parametrize("accepted", ["gzip;q=0, identity", "br, gzip; q=0.000", "identity"])
def test_kept_pages_come_plain_to_who_takes_nothing_compressed(client, course, accepted):
    client.get("/")

    answer = client.get("/", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assertContains(answer, course.title)


@pytest.mark.parametrize("accepted", ["gzip;q=0.5", "br;q=0, GZIP", "gzip , br;q=0"])
def test_kept_pages_come_compressed_to_who_takes_that_too(client, course, accepted):
    client.get("/")

    answer = client.get("/", headers={"Accept-Encoding": accepted})

    assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", [page_of, lambda _course: "/"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_who_asks_for_the_headers_alone_gets_those_of_the_page(client, course, path, is_kept):
    asked = {"Accept-Encoding": "gzip"}
    before = client.get(path(course), headers=asked) if is_kept else None
    alone = client.head(path(course), headers=asked)
    page = client.get(path(course), headers=asked)

    assert (alone.status_code, alone.content) == (200, b"")
    assert alone.headers == page.headers
    assert before is None or before.headers == page.headers


def test_who_asks_for_the_headers_of_what_is_not_kept_gets_them(client, course):
    assert client.head("/?q=moons").status_code == 200
    assert client.head("/course/none/").status_code == 404


def test_a_subject_without_courses_is_kept_too(client, django_assert_num_queries):
    path = make_subject().get_absolute_url()
    client.get(path)

    with django_assert_num_queries(1):
        client.get(path)


def test_an_instructor_sees_their_own_page_as_ever(client, course):
    client.get(page_of(course))
    client.force_login(course.owner)

    assertContains(client.get(page_of(course)), "Open the course")
    assert make_instructor() != course.owner
