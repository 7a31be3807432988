"""Editing the modules of a course together: all that was asked for, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from educa.accounts.models import User
from educa.courses.actions.arranging import OutlineChanged
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.actions.trashing import trash_module
from educa.courses.actions.writing import state_of
from educa.courses.models import Course, Module

FIELDS = ("title", "description")


@dataclass(frozen=True)
class Wording:
    """The title and the description of a module, as forms and browsers have them: stripped, with plain line ends."""

    title: str
    description: str

    @classmethod
    def made(cls, title: str, description: str = "") -> "Wording":
        """The wording of what was typed, or of what is saved."""
        lines = description.replace("\r\n", "\n").replace("\r", "\n")
        return cls(title.strip(), lines.strip())

    @classmethod
    def of(cls, module: Module) -> "Wording":
        """The wording that a module has."""
        return cls.made(module.title, module.description)

    @property
    def state(self) -> str:
        """A word for it, to tell later whether the module still says so."""
        return state_of(Module(title=self.title, description=self.description), FIELDS)


@dataclass(frozen=True)
class Revision:
    """What becomes of a module: another wording, or, without one, the trash.

    `seen` is the state of the wording that its editor had before them; without it, all is overwritten.
    """

    module: int
    wording: Wording | None
    seen: str | None = None


class ModulesChanged(Exception):
    """Others have changed or deleted these modules meanwhile; by key, each as it is now."""

    def __init__(self, current: dict[int, Module]) -> None:
        super().__init__(current)
        self.current = current


@transaction.atomic
def revise_modules(
    *, course: Course, by: User, revisions: Sequence[Revision], additions: Iterable[Wording] = ()
) -> list[Module]:
    """Revise modules of the course and add others at its end; gives those that were added.

    Raises ModulesChanged for modules that others have changed or deleted meanwhile, and OutlineChanged
    for one that is not there at all.
    """
    lock_outline(course.pk)
    rows = Module.everything.filter(course=course, pk__in=[each.module for each in revisions])
    current = {module.pk: module for module in rows}
    if len(current) < len(revisions):
        raise OutlineChanged
    changed = [each.module for each in revisions if _is_stale(each, current[each.module])]
    if changed:
        raise ModulesChanged({pk: current[pk] for pk in changed})
    for each in revisions:
        _revise(each, current[each.module], by)
    touch(course.pk)
    return [
        Module.objects.create(course=course, title=new.title, description=new.description)
        for new in additions
    ]


def _is_stale(revision: Revision, module: Module) -> bool:
    if module.trashed_at:
        return revision.wording is not None
    now = Wording.of(module)
    return revision.seen not in {None, now.state} and revision.wording != now


def _revise(revision: Revision, module: Module, by: User) -> None:
    if revision.wording is None:
        trash_module(module=module, by=by)
    else:
        module.title, module.description = revision.wording.title, revision.wording.description
        module.save(update_fields=FIELDS)
