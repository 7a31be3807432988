"""What an answer is made of, where the request can't choose."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class OneFormat(DefaultContentNegotiation):
    """For answers without a body, and for files: problems are JSON, whatever `Accept` says."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """The first one."""
        return renderers[0], renderers[0].media_type
