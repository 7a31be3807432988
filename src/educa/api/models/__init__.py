"""What programs hold: tokens, and requests that may be sent again."""

from educa.api.models.idempotency import RepeatableRequest
from educa.api.models.token import AccessToken, Scope

__all__ = ["AccessToken", "RepeatableRequest", "Scope"]
