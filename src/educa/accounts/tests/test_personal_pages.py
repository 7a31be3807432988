"""Nobody keeps the pages of somebody who is signed in, and visitors cost nothing."""

from django.http import HttpResponse
from django.urls import reverse

from educa.accounts.middleware import PersonalMiddleware
from educa.accounts.tests.factories import PASSWORD, make_user


def test_pages_of_somebody_signed_in_are_kept_by_nobody(client, db):
    client.force_login(make_user())

    response = client.get(reverse("profile"))

    assert response.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization"} <= set(response.headers["Vary"].split(", "))


def test_errors_of_somebody_signed_in_are_kept_by_nobody(client, db):
    client.force_login(make_user())

    assert client.get("/nowhere/").headers["Cache-Control"] == "private, no-store"


def test_the_answer_that_signs_in_is_kept_by_nobody(client, db):
    make_user(username="ada")

    response = client.post(reverse("login"), {"login": "ada", "password": PASSWORD})

    assert "no-store" in response.headers["Cache-Control"]
    assert response.cookies["session"].value


def test_a_visitors_pages_are_not_marked(client, db):
    assert "Cache-Control" not in client.get(reverse("password_reset_done")).headers


def test_a_view_decides_for_itself(client, db, rf):
    client.force_login(make_user())
    request = rf.get("/")
    request.session = client.session
    request.user = make_user()
    view = PersonalMiddleware(
        lambda _: HttpResponse(headers={"Cache-Control": "private, max-age=9"})
    )

    assert view(request).headers["Cache-Control"] == "private, max-age=9"


def test_a_visitor_without_a_session_costs_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("password_reset_done"))


def test_somebody_signed_in_costs_one(client, db, django_assert_num_queries):
    client.force_login(make_user())

    with django_assert_num_queries(1):
        client.get(reverse("password_reset_done"))
