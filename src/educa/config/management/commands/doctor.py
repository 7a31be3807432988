"""`educa doctor`: is everything configured and reachable."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from educa.config.doctor import examine

MARKS = {True: "ok  ", None: "note", False: "FAIL"}


class Command(BaseCommand):
    help = "Says in plain words whether everything is configured and reachable."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line per part; raises CommandError when one of them fails."""
        failures = []
        for finding in examine():
            self.stdout.write(f"{MARKS[finding.is_well]}  {finding.part:16} {finding.words}")
            failures += [finding.part] if finding.is_well is False else []
        if failures:
            raise CommandError(f"not well: {', '.join(failures)}")
