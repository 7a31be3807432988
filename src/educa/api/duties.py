"""What is forgotten of programs without anybody asking."""

from datetime import timedelta

from educa.api.models import AccessToken, RepeatableRequest
from educa.lib.duties import duty, unhurried


@duty(every=timedelta(hours=6))
def forget_repeatable_requests() -> None:
    """Keep requests and their answers for seven days: who sends one again later means another one."""
    with unhurried():
        RepeatableRequest.objects.forgotten().delete()


@duty(every=timedelta(hours=6))
def delete_expired_tokens() -> None:
    """Keep tokens for 90 days after they have expired, so that their person sees why a program stopped."""
    AccessToken.objects.long_over().delete()
