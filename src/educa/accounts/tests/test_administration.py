"""People in the administration."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts.admin import UserAdmin
from educa.accounts.models import INSTRUCTORS, RetiredName, User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.lib.mail import wait_until_sent
from educa.lib.privacy import Obstacle

LIST = "/admin/accounts/user/"


@pytest.fixture
def admin_client(client, db):
    client.force_login(make_admin(username="boss"))
    return client


def act(client, action, *people):
    data = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(LIST, data, follow=True)


def teaches(user):
    return user.groups.filter(name=INSTRUCTORS).exists()


@pytest.mark.parametrize("query", ["", "?q=ada", "?is_active__exact=1", "?groups__id__exact=1"])
def test_the_list_opens(admin_client, query):
    make_instructor(username="ada")

    assert admin_client.get(LIST + query).status_code == 200


def test_people_are_found_by_name_and_address(admin_client):
    make_user(username="ada", email="ada@example.com")
    make_user(username="bob")

    response = admin_client.get(LIST, {"q": "ada@exam"})

    assertContains(response, ">ada</a>")
    assertNotContains(response, ">bob</a>")


def test_the_list_costs_no_more_for_more_people(admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as few:
        admin_client.get(LIST)
    for _ in range(10):
        make_instructor()

    with django_assert_max_num_queries(len(few)):
        admin_client.get(LIST)


def test_people_become_instructors_and_stop_being_it(admin_client):
    ada, bob = make_user(), make_user()

    assertContains(act(admin_client, "make_instructors", ada, bob), "2 people teach now.")
    act(admin_client, "dismiss_instructors", bob)

    assert (teaches(ada), teaches(bob)) == (True, False)


def test_people_get_a_link_for_a_new_password(admin_client):
    ada, gone = make_user(email="ada@example.com"), make_user(is_active=False)

    assertContains(act(admin_client, "send_reset_links", ada, gone), "1 link was sent.")

    wait_until_sent()
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_a_person_is_added_under_a_normalized_name(admin_client):
    data = {
        "username": "Ada",
        "email": "Ada@Example.com",
        "usable_password": "true",
        "password1": "a brand new password",
        "password2": "a brand new password",
    }

    admin_client.post(f"{LIST}add/", data)

    assert User.objects.get(username="ada").email == "ada@example.com"


@pytest.mark.parametrize("name", ["ａda", "adа", "a b", "ada\u200b"])
def test_a_name_that_is_unfit_or_looks_alike_is_told(admin_client, name):
    make_user(username="ada")

    response = admin_client.post(f"{LIST}add/", {"username": name, "usable_password": "false"})

    assert "username" in response.context["adminform"].form.errors


def test_a_person_is_changed(admin_client):
    ada = make_user()
    page = f"{LIST}{ada.pk}/change/"
    form = admin_client.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None} | {
        "display_name": "Ada L.",
        "is_active": "on",
        "emailaddress_set-TOTAL_FORMS": 0,
        "emailaddress_set-INITIAL_FORMS": 0,
    }

    response = admin_client.post(page, data)

    ada.refresh_from_db()
    assert response.status_code == 302
    assert ada.display_name == "Ada L."


def test_setting_a_password_is_told_by_mail_and_ends_sessions(admin_client):
    ada, theirs = make_user(), Client()
    theirs.force_login(ada)
    data = {
        "usable_password": "true",
        "password1": "a brand new password",
        "password2": "a brand new password",
    }

    admin_client.post(f"{LIST}{ada.pk}/password/", data)

    wait_until_sent()
    assert [message.to for message in mail.outbox] == [[ada.email]]
    assert theirs.get(reverse("profile")).status_code == 302


def test_an_administrator_of_people_can_not_give_rights_nor_touch_superusers(client, db):
    boss, ada = make_admin(), make_user()
    clerk = make_user(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client.force_login(clerk)

    fields = client.get(f"{LIST}{ada.pk}/change/").context["adminform"].form.fields

    assert {"is_superuser", "is_staff", "groups", "user_permissions"}.isdisjoint(fields)
    assert client.post(f"{LIST}{boss.pk}/change/", {"username": "me"}).status_code == 403
    assert client.get(f"{LIST}{boss.pk}/password/").status_code == 403
    assert client.post(f"{LIST}{boss.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("make", [make_user, make_instructor])
def test_the_administration_is_closed_to_others(client, db, make):
    client.force_login(make())

    assert client.get(LIST).status_code == 403


def test_visitors_of_the_administration_sign_in_where_everybody_does(client, db):
    assert client.get(LIST).url == f"{reverse('login')}?next={LIST}"


def delete_page(user):
    return f"{LIST}{user.pk}/delete/"


def test_deleting_somebody_says_what_goes_and_erases_them(admin_client):
    ada, bob = make_user(username="ada"), make_user(username="bob")
    assertContains(admin_client.get(delete_page(ada)), "Email addresses")

    admin_client.post(delete_page(ada), {"post": "yes"})

    assert set(User.objects.values_list("username", flat=True)) == {"boss", "bob"}
    assert RetiredName.objects.like("ada").exists()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.object_repr) == (str(ada.pk), "deleted account")
    assert bob.pk


def test_several_people_are_erased_by_the_action(admin_client):
    ada, bob = make_user(), make_user()

    act(admin_client, "delete_selected", ada, bob)
    data = {"action": "delete_selected", "_selected_action": [ada.pk, bob.pk], "post": "yes"}
    admin_client.post(LIST, data)

    assert [user.username for user in User.objects.all()] == ["boss"]
    assert RetiredName.objects.count() == 2


def test_the_only_superuser_is_not_deleted(admin_client):
    boss = User.objects.get()

    response = admin_client.get(delete_page(boss))
    admin_client.post(delete_page(boss), {"post": "yes"}, follow=True)

    assertContains(response, "You are the only superuser.")
    assert User.objects.get() == boss


def test_what_comes_in_the_way_after_the_question_is_told(admin_client, monkeypatch):
    ada = make_user()
    obstacle = Obstacle("Something came.")
    monkeypatch.setattr(UserAdmin, "get_deleted_objects", lambda *_: ([], {}, set(), []))
    monkeypatch.setattr("educa.accounts.actions.erasing.obstacles_to", lambda _person: [obstacle])

    response = admin_client.post(delete_page(ada), {"post": "yes"}, follow=True)

    assertContains(response, "Something came.")
    assert User.objects.filter(pk=ada.pk).exists()
