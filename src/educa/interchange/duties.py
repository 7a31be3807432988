"""What is done for transfers without a request."""

from datetime import timedelta

from educa.interchange.actions import carry_out, clean_up
from educa.interchange.models import Transfer
from educa.lib.duties import duty, give_way


@duty(every=timedelta(seconds=5), urgent=True)
def carry_out_transfers() -> None:
    """Import and export what waits, one after another."""
    while transfer := Transfer.objects.claim():
        carry_out(transfer)
        give_way()


@duty(every=timedelta(hours=1))
def clean_up_transfers() -> None:
    """Clear away what is over."""
    clean_up()
