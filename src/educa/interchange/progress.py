"""How far a transfer is, for the page that shows it: quickly, and through the middle of a transaction."""

from dataclasses import dataclass

from django.core.cache import cache

from educa.interchange.models import Transfer

KEPT = 3600  # seconds


@dataclass(frozen=True)
class Seen:
    """The step that is under way, how much of it is done, and how much there is; 0 where nobody knows."""

    step: str = ""
    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


def tell(transfer: Transfer, step: str, done: int, total: int) -> None:
    """Note how far it is. The cache has it at once; the row would only after the transaction."""
    cache.set(_key(transfer), (step, done, total), KEPT)


def seen(transfer: Transfer) -> Seen:
    """How far it is; as of some seconds ago where the cache does not know."""
    if transfer.status != Transfer.Status.RUNNING:
        return Seen()
    found = cache.get(_key(transfer))
    return Seen(*(found or (transfer.step, transfer.done, transfer.total)))


def _key(transfer: Transfer) -> str:
    return f"transfer:{transfer.pk}:{transfer.attempts}"
