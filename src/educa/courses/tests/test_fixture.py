"""The subjects that every new site may start with."""

import pytest
from django.core.management import call_command

from educa.courses.models import Subject
from educa.courses.tests.factories import make_subject

pytestmark = pytest.mark.django_db

SLUGS = ["mathematics", "music", "physics", "programming"]


def test_fixture_brings_four_subjects():
    call_command("loaddata", "subjects", verbosity=0)

    assert list(Subject.objects.values_list("slug", flat=True)) == SLUGS


def test_loading_the_fixture_twice_is_loading_it_once():
    call_command("loaddata", "subjects", verbosity=0)
    call_command("loaddata", "subjects", verbosity=0)

    assert Subject.objects.count() == len(SLUGS)


def test_fixture_leaves_subjects_of_others_alone():
    ours = make_subject(title="Astronomy", slug="astronomy")

    call_command("loaddata", "subjects", verbosity=0)

    ours.refresh_from_db()
    assert ours.title == "Astronomy"
