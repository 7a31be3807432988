"""What programs hold: tokens, requests that may be sent again, and the addresses that are told of events."""

from educa.api.models.idempotency import RepeatableRequest
from educa.api.models.token import AccessToken, Scope
from educa.api.models.webhook import Delivery, Webhook

__all__ = ["AccessToken", "Delivery", "RepeatableRequest", "Scope", "Webhook"]
