"""What the site holds about somebody: the page, and the copy to take along."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from educa.accounts import copying
from educa.accounts.actions import exporting
from educa.accounts.duties import (
    delete_copies_of_data,
    delete_expired_sessions,
    make_copies_of_data,
)
from educa.accounts.models import DataExport, User
from educa.accounts.tests.factories import PASSWORD, make_admin, make_user
from educa.lib.duties import Stopped, all_duties

MY_DATA, CONFIRM = "/accounts/my-data/", "/accounts/password/confirm/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ada(db: None, settings: Any, tmp_path: Path) -> User:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return make_user(username="ada", display_name="Ada Lovelace")


@pytest.fixture
def browser(ada: User) -> Client:
    """Signed in with the password, a moment ago."""
    client = Client()
    client.post(reverse("login"), {"login": "ada", "password": PASSWORD})
    return client


def work() -> None:
    """What the duty does, with what comes after each commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        make_copies_of_data()


def make_export(owner: User, **fields: Any) -> DataExport:
    """A copy that is done; `age` is how long since."""
    age = fields.pop("age", timedelta())
    fields = {"status": "done", "finished_at": timezone.now() - age, "language": "en"} | fields
    export = DataExport.objects.create(owner=owner, **fields)
    export.package.save("data.zip", ContentFile(b"PK"))
    return export


def package_of(export: DataExport) -> str:
    return reverse("my_data_package", args=[export.pk])


def status(browser: Client, export: DataExport) -> int:
    """The answer, which is read to its end."""
    response = browser.get(package_of(export))
    b"".join(response)
    return response.status_code


def files(folder: str) -> list[str]:
    return [path.name for path in Path(folder).rglob("*") if path.is_file()]


def test_the_page_says_what_is_held_and_the_profile_leads_to_it(browser: Client) -> None:
    assertContains(browser.get(reverse("profile")), f'href="{MY_DATA}"')

    response = browser.get(MY_DATA)

    assertContains(response, "To sign you in")
    assertNotContains(response, "Finished contents")


def test_the_number_of_queries_does_not_grow(
    browser: Client, ada: User, django_assert_max_num_queries: Any
) -> None:
    make_export(ada)
    with django_assert_max_num_queries(5) as few:
        browser.get(MY_DATA)
    for _number in range(9):
        make_export(ada)

    with django_assert_max_num_queries(len(few)):
        browser.get(MY_DATA)


def test_a_copy_is_made_in_the_background_and_downloaded(browser: Client, ada: User) -> None:
    browser.post(MY_DATA)
    assertContains(browser.get(MY_DATA), "It waits for its turn.")

    work()

    export = DataExport.objects.get()
    assertContains(browser.get(MY_DATA), package_of(export))
    response = browser.get(package_of(export))
    packed = zipfile.ZipFile(BytesIO(b"".join(response)))
    assert json.loads(packed.read("data.json"))["username"] == "ada"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="educa-ada-')
    assert "no-store" in response.headers["Cache-Control"]


def test_a_script_is_told_when_it_is_over(browser: Client) -> None:
    browser.post(MY_DATA)
    asked = {"headers": {"accept": "application/json"}}
    assert browser.get(MY_DATA, **asked).json()["is_over"] is False

    work()

    assert browser.get(MY_DATA, **asked).json()["is_over"] is True


def test_a_copy_is_for_its_person_alone(browser: Client, ada: User) -> None:
    export = make_export(ada)
    other, admin = Client(), Client()
    other.force_login(make_user())
    admin.force_login(make_admin())

    assert status(browser, export) == 200
    assert status(other, export) == 404
    assert status(admin, export) == 404


def test_the_password_is_asked_for_before_a_copy_is_made(client: Client, ada: User) -> None:
    client.force_login(ada)

    client.post(MY_DATA)
    client.post(MY_DATA, {"password": "wrong"})
    assert not DataExport.objects.exists()
    client.post(MY_DATA, {"password": PASSWORD})

    assert DataExport.objects.get().owner == ada


def test_the_password_is_asked_for_before_a_download(client: Client, ada: User) -> None:
    client.force_login(ada)
    path = package_of(make_export(ada))

    asked = client.get(path)
    wrong = client.post(asked.url, {"password": "wrong", "next": path})
    right = client.post(asked.url, {"password": PASSWORD, "next": path})

    assert (asked.url, wrong.status_code, right.url) == (
        f"{CONFIRM}?next={quote(path, safe='')}",
        200,
        path,
    )
    assert status(client, DataExport.objects.get()) == 200


def test_a_password_holds_for_ten_minutes(browser: Client, ada: User) -> None:
    session = browser.session
    records = session["account_authentication_methods"]
    records[0]["at"] -= 601
    session.save()

    assert browser.get(package_of(make_export(ada))).status_code == 302


def test_confirming_leads_to_no_other_site(client: Client, ada: User) -> None:
    client.force_login(ada)

    response = client.post(CONFIRM, {"password": PASSWORD, "next": "https://evil.example/"})

    assert response.url == MY_DATA


def test_wrong_passwords_are_counted(client: Client, ada: User) -> None:
    client.force_login(ada)

    answers = [client.post(CONFIRM, {"password": "wrong"}).status_code for _time in range(6)]

    assert answers == [200] * 5 + [429]


def test_who_has_no_password_is_told_how_to_get_one(client: Client, ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)

    assertContains(client.get(MY_DATA), "Choose a password")
    assertContains(client.get(CONFIRM), "Choose a password")
    assert client.post(MY_DATA, {"password": ""}).status_code == 200
    assert not DataExport.objects.exists()


def test_two_presses_are_one_copy(browser: Client) -> None:
    browser.post(MY_DATA)
    browser.post(MY_DATA)

    assert DataExport.objects.count() == 1


def test_only_three_a_day(browser: Client, ada: User) -> None:
    for hours in (1, 2, 3):
        export = make_export(ada)
        DataExport.objects.filter(pk=export.pk).update(created=timezone.now() - hours * HOUR)
    make_export(make_user())

    response = browser.post(MY_DATA)

    assertContains(response, "You have had as many copies", status_code=429)
    assert 20 * 3600 < int(response.headers["Retry-After"]) <= 21 * 3600


def test_a_new_copy_takes_the_place_of_the_old_one(ada: User, settings: Any) -> None:
    make_export(ada)
    kept = make_export(make_user())
    DataExport.objects.create(owner=ada, language="en")

    work()

    assert len(files(settings.MEDIA_ROOT)) == 2
    assert kept.package.storage.exists(kept.package.name)


def test_after_seven_days_a_copy_is_gone(browser: Client, ada: User, settings: Any) -> None:
    old, young = make_export(ada, age=7 * DAY), make_export(ada, age=7 * DAY - HOUR)
    assert browser.get(package_of(old)).status_code == 404

    with TestCase.captureOnCommitCallbacks(execute=True):
        delete_copies_of_data()

    assert list(DataExport.objects.all()) == [young]
    assert files(settings.MEDIA_ROOT) == [Path(young.package.name).name]


def test_how_long_a_copy_is_kept_is_a_setting(browser: Client, ada: User, settings: Any) -> None:
    settings.EDUCA_DATA_EXPORT_DAYS = 1

    assert browser.get(package_of(make_export(ada, age=2 * DAY))).status_code == 404


def test_what_breaks_off_is_tried_again_and_leaves_no_half_file(
    ada: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataExport.objects.create(owner=ada, language="en")
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "write_copy", failing_with(OSError("disk")))
        work()
    export = DataExport.objects.get()
    assert (export.status, files(settings.MEDIA_ROOT)) == ("running", [])
    assert not DataExport.objects.to_download_by(ada).exists()

    DataExport.objects.update(lease_until=timezone.now() - HOUR)
    work()

    assert DataExport.objects.get().status == "done"


def test_after_three_attempts_it_has_failed(
    browser: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataExport.objects.create(owner=ada, language="en", attempts=2)
    monkeypatch.setattr(exporting, "write_copy", failing_with(OSError("disk")))

    work()

    assert DataExport.objects.get().status == "failed"
    assertContains(browser.get(MY_DATA), "Something went wrong on this site")


def test_the_end_of_the_site_counts_as_not_begun(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataExport.objects.create(owner=ada, language="en")
    monkeypatch.setattr(exporting, "write_copy", failing_with(Stopped()))

    with pytest.raises(Stopped):
        make_copies_of_data()

    export = DataExport.objects.get()
    assert (export.status, export.attempts) == ("waiting", 0)


def test_who_has_lost_the_copy_offers_nothing(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    DataExport.objects.create(owner=ada, language="en")
    real = copying.write_copy

    def slow(*how: Any) -> None:
        real(*how)
        DataExport.objects.update(attempts=2)  # somebody else has taken it up

    monkeypatch.setattr(exporting, "write_copy", slow)

    work()

    assert DataExport.objects.get().status == "running"


def test_sessions_that_are_over_are_deleted(browser: Client, ada: User) -> None:
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    Session.objects.create(session_key="old", expire_date=timezone.now() - DAY)

    delete_expired_sessions()

    assert Session.objects.count() == 1


def test_the_duties_are_found() -> None:
    names = {duty.name.rpartition(".")[2] for duty in all_duties()}

    assert {
        "make_copies_of_data",
        "delete_copies_of_data",
        "finish_deleting_accounts",
        "delete_expired_sessions",
    } <= names


def failing_with(error: BaseException) -> Any:
    def fail(*args: Any, **how: Any) -> None:
        raise error

    return fail
