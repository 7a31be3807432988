"""`educa doctor`: what is well, what is worth knowing, and what is wrong, in plain words."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.utils import timezone

from educa.config import doctor, env
from educa.config.doctor import examine
from educa.config.tests.commands import run_educa
from educa.courses import triggers
from educa.interchange.models import Transfer
from educa.interchange.tests.factories import make_transfer


def finding(part):
    """What the doctor says of one part of this process's site."""
    return next(found for found in examine() if found.part == part)


@pytest.fixture
def stranger(monkeypatch):
    """A variable that no setting reads."""
    monkeypatch.setenv("EDUCA_ALLOWED_HOST", "learn.example.org")
    monkeypatch.setattr(env, "names_read", env.names_read | {"EDUCA_ALLOWED_HOSTS"})


@pytest.mark.django_db
def test_a_prepared_site_has_no_failures_but_those_it_was_given(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / ".collected").touch()

    assert [found.part for found in examine() if found.is_well is False] == []


@pytest.mark.django_db
def test_the_database_answers():
    found = finding("Database")

    assert found.is_well is True
    assert found.words.endswith("answers")


@pytest.mark.django_db
def test_a_database_without_tables_says_how_to_make_them(monkeypatch):
    monkeypatch.setattr(doctor, "is_migrated", lambda: False)

    found = finding("Database")

    assert found.is_well is False
    assert "`educa manage migrate`" in found.words


@pytest.mark.django_db(transaction=True)
def test_triggers_that_are_away_are_a_fault():
    triggers.drop()
    found = finding("Generations")
    triggers.install()

    assert found.is_well is False
    assert "`educa manage migrate`" in found.words
    assert finding("Generations").is_well is True


@pytest.mark.django_db(transaction=True)
def test_readiness_tells_of_triggers_that_are_away_and_takes_no_server_away(client):
    before = client.get("/readyz")
    triggers.drop()
    meanwhile = client.get("/readyz")
    triggers.install()

    assert (before.status_code, before.content) == (200, b"ok\n")
    assert (meanwhile.status_code, meanwhile.content) == (200, b"ok\ngenerations\n")


@pytest.mark.django_db
def test_a_misspelled_variable_is_pointed_out(stranger):
    found = finding("Variables")

    assert found.is_well is None
    assert found.words == "EDUCA_ALLOWED_HOST is no setting of Educa (EDUCA_ALLOWED_HOSTS?)"


@pytest.mark.django_db
def test_a_certificate_that_is_not_there_is_a_fault(settings):
    settings.EDUCA_TLS, settings.EDUCA_TLS_CERT = True, "/no/such/certificate.pem"

    found = finding("Certificate")

    assert found.is_well is False
    assert "EDUCA_TLS_CERT" in found.words


@pytest.mark.django_db
def test_little_space_is_worth_knowing(monkeypatch):
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 2**80)

    assert finding("Data directory").is_well is None


@pytest.mark.django_db
def test_missing_static_files_are_a_fault(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path

    found = finding("Static files")

    assert found.is_well is False
    assert "`educa run`" in found.words


@pytest.mark.django_db
def test_looking_at_the_file_storage_leaves_nothing_there():
    before = default_storage.listdir("")

    assert finding("File storage").is_well is True

    assert default_storage.listdir("") == before


@pytest.mark.django_db
def test_mail_that_nobody_receives_is_worth_knowing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    found = finding("Mail")

    assert found.is_well is None
    assert "EMAIL_URL" in found.words
    assert mail.outbox == []


@pytest.mark.django_db
def test_an_unsafe_public_site_is_a_fault(settings):
    settings.EDUCA_LOOPBACK = False
    settings.SECURE_HSTS_SECONDS = 0

    found = finding("Safety")

    assert found.is_well is False
    assert "security.W004" in found.words


def make_late_transfer(**fields):
    """An import that was asked for two hours ago."""
    transfer = make_transfer(**fields)
    Transfer.objects.filter(pk=transfer.pk).update(created=timezone.now() - timedelta(hours=2))
    return transfer


@pytest.mark.django_db
def test_transfers_that_nobody_carries_out_are_a_fault():
    make_late_transfer()

    found = finding("Transfers")

    assert found.is_well is False
    assert found.words.startswith("1 not carried out, the oldest asked for 2 hours ago")
    assert "`educa work`" in found.words


@pytest.mark.django_db
def test_a_transfer_of_a_worker_that_is_gone_is_a_fault():
    make_late_transfer(status="running", lease_until=timezone.now() - timedelta(hours=1))

    assert finding("Transfers").is_well is False


@pytest.mark.django_db
def test_transfers_that_wait_for_another_one_are_worth_knowing():
    make_late_transfer()
    make_transfer(status="running", lease_until=timezone.now() + timedelta(minutes=5))

    found = finding("Transfers")

    assert found.is_well is None
    assert "at work before them" in found.words


@pytest.mark.django_db
def test_a_transfer_that_was_just_asked_for_is_no_fault():
    make_transfer()

    assert finding("Transfers").is_well is True


@pytest.mark.once
def test_a_new_site_is_told_what_is_missing_and_the_status_says_so(tmp_path):
    done = run_educa(tmp_path / "data", "doctor")

    assert done.returncode == 2
    assert done.stderr == "educa: not well: Database, Static files\n"
    assert "FAIL  Database         SQLite (" in done.stdout
    assert "ok    Cache " in done.stdout
    assert "note  Mail " in done.stdout
