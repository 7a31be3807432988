"""What instructors may do, from the first migration on."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from pytest_django.asserts import assertContains

from educa.accounts.models import INSTRUCTORS, User
from educa.accounts.tests.factories import make_admin, make_instructor, make_user
from educa.courses.instructors import grant_after_migrating
from educa.courses.kinds import registry
from educa.courses.models import Subject
from educa.courses.tests.factories import make_course

CONTENTS = [
    "attachment",
    "captiontrack",
    "content",
    "course",
    "file",
    "image",
    "module",
    "text",
    "video",
]


def codenames():
    return set(Group.objects.get(name=INSTRUCTORS).permissions.values_list("codename", flat=True))


def test_the_group_may_do_everything_with_contents_and_only_see_subjects(db):
    verbs = ["add", "change", "delete", "view"]

    assert codenames() == {f"{verb}_{name}" for verb in verbs for name in CONTENTS} | {
        "view_subject"
    }


def test_instructors_have_these_rights_and_others_have_none(db):
    assert make_instructor().has_perm("courses.add_course")
    assert not make_instructor().has_perm("courses.change_subject")
    assert not make_user().has_perm("courses.view_course")


def test_a_permission_that_was_taken_away_stays_away(db):
    Group.objects.get(name=INSTRUCTORS).permissions.remove(
        Permission.objects.get(codename="delete_course")
    )

    call_command("migrate", verbosity=0)

    assert "delete_course" not in codenames()


def test_a_kind_of_another_app_is_granted_when_that_app_is_migrated(db, monkeypatch):
    foreign = registry.Kind(Subject, None, "file")  # any model with permissions would do
    monkeypatch.setattr(registry, "_kinds", {**registry._kinds, "foreign": foreign})
    plan = [(SimpleNamespace(app_label="courses"), False)]

    grant_after_migrating(SimpleNamespace(label="courses"), plan=plan)

    assert "add_subject" in codenames()


@pytest.mark.django_db(transaction=True)
def test_the_group_is_there_again_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)

    assert "add_course" in codenames()


def test_an_owner_of_courses_is_not_deleted_and_the_page_says_why(client, db):
    course = make_course()
    client.force_login(make_admin())
    page = f"/admin/accounts/user/{course.owner_id}/delete/"

    assertContains(client.get(page), course.title)
    client.post(page, {"post": "yes"})

    assert User.objects.filter(pk=course.owner_id).exists()
