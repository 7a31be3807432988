"""What is done for people without a request: copies of their data, and the rest of an erasure."""

from datetime import timedelta

from educa.accounts.actions import carry_out_export, clean_up_exports, finish_erasures
from educa.accounts.models import DataExport
from educa.accounts.sessions import SessionStore
from educa.lib.duties import duty, give_way


@duty(every=timedelta(seconds=5), urgent=True)
def make_copies_of_data() -> None:
    """Make the copies that people wait for, one after another."""
    while export := DataExport.objects.claim():
        carry_out_export(export)
        give_way()


@duty(every=timedelta(hours=1))
def delete_copies_of_data() -> None:
    """Keep no copy longer than `EDUCA_DATA_EXPORT_DAYS`."""
    clean_up_exports()


@duty(every=timedelta(hours=1))
def delete_expired_sessions() -> None:
    """Keep no session that nobody can use any more."""
    SessionStore.clear_expired()


@duty(every=timedelta(seconds=30), urgent=True)
def finish_deleting_accounts() -> None:
    """Delete the files of accounts that are gone, and tell their people."""
    finish_erasures()
