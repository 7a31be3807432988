"""Making an account."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.urls import reverse

from educa.accounts.models import User
from educa.accounts.tests.factories import PASSWORD, make_user
from educa.lib.mail import wait_until_sent

REGISTER = "/students/register/"


def register(client, **fields):
    data = {"username": "newcomer", "email": "new@example.com", "password1": PASSWORD}
    return client.post(REGISTER, data | fields)


def test_registering_signs_in_and_goes_on_to_the_course(client, db):
    response = register(client, next="/course/algebra/")

    user = User.objects.get(username="newcomer")
    assert response.url == "/course/algebra/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.check_password(PASSWORD)


def test_registering_asks_the_mailbox_to_confirm(client, db):
    register(client)

    wait_until_sent()
    [message] = mail.outbox
    assert message.to == ["new@example.com"]
    assert "http://testserver/accounts/email/confirm/" in message.body
    assert not User.objects.get().emailaddress_set.get().verified


def test_the_browsers_time_zone_is_kept(client, db):
    register(client, time_zone="Asia/Tokyo")

    assert User.objects.get().time_zone == "Asia/Tokyo"


def test_a_time_zone_that_makes_no_sense_is_forgotten(client, db):
    register(client, time_zone="../../etc/passwd")

    assert User.objects.get().time_zone == ""


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"username": ""}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "nul\0"}, "username"),
        ({"email": "not an address"}, "email"),
        ({"email": ""}, "email"),
        ({"password1": "short"}, "password1"),
        ({"password1": "password"}, "password1"),
        ({"password1": "newcomer1"}, "password1"),
        ({"password1": "x" * 4097}, "password1"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_made(client, db, fields, wrong):
    response = register(client, **fields)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [wrong]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password", ["x7!kq2Zp", "  spaces at the ends  ", "🐎🔋📎 correct", "long" * 1024]
)
def test_a_password_is_taken_as_it_was_typed(client, db, password):
    register(client, password1=password)

    assert User.objects.get().check_password(password)


def test_an_address_that_another_account_has_is_answered_like_a_free_one(client, db):
    owner = make_user(email="taken@example.com")
    owner.emailaddress_set.create(email="taken@example.com", verified=True, primary=True)

    response = register(client, email="taken@example.com")
    free = register(type(client)(), username="another", email="free@example.com")

    assert (response.status_code, response.url) == (free.status_code, free.url)
    assert User.objects.filter(email="taken@example.com").count() == 2


def test_the_owner_of_an_address_is_told_that_somebody_gave_it(client, db):
    owner = make_user(email="taken@example.com")
    owner.emailaddress_set.create(email="taken@example.com", verified=True, primary=True)

    register(client, email="taken@example.com")

    wait_until_sent()
    [message] = mail.outbox
    assert message.subject == "You have an account already"
    assert "/confirm/" not in message.body


def test_a_mailbox_gets_few_mails_however_many_accounts_claim_it(client, db):
    for number in range(8):
        register(type(client)(), username=f"claims{number}", email="victim@example.com")

    wait_until_sent()
    assert len(mail.outbox) == 5


@pytest.mark.parametrize(
    "name", ["ADA", "ａｄａ", "аda", "ada\u200b", "a\u202eda", "admin", "ADMIN", "аdmіn", "r00t"]
)
def test_nobody_gets_a_name_that_looks_like_another_or_that_of_the_site(client, db, name):
    make_user(username="ada")

    assert "username" in register(client, username=name).context["form"].errors
    assert User.objects.count() == 1


def test_two_who_take_one_name_at_once_get_one_account(client, db, monkeypatch):
    monkeypatch.setattr(
        "educa.accounts.adapter.AccountAdapter.clean_username", lambda _, name: name
    )
    make_user(username="newcomer")

    response = register(client)

    assert "username" in response.context["form"].errors
    assert User.objects.count() == 1


def test_registration_costs_one_hash_whether_the_address_is_known_or_not(client, db, monkeypatch):
    make_user(email="taken@example.com")
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )

    register(client, email="taken@example.com")
    known = len(hashed)
    register(type(client)(), username="another", email="free@example.com")

    assert (known, len(hashed)) == (1, 2)


def test_registering_costs_no_more_when_many_claim_the_address(
    client, db, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as free:
        register(client, email="free@example.com")
    for _ in range(10):
        make_user(email="taken@example.com")

    with django_assert_max_num_queries(len(free)):
        register(type(client)(), username="another", email="taken@example.com")


def test_the_page_opens_from_a_course_and_leads_back(client, db):
    page = client.get(reverse("student_registration"), {"next": "/course/algebra/"})

    assert page.context["redirect_field_value"] == "/course/algebra/"
