"""Addresses of other programs, and what each of them is told."""

from educa.webhooks.models.delivery import Delivery
from educa.webhooks.models.webhook import PING, EventType, Webhook

__all__ = ["PING", "Delivery", "EventType", "Webhook"]
