"""The command `educa`: what an operator types."""

import os
import sys
from collections.abc import Callable, Sequence

USAGE = """\
usage: educa COMMAND [OPTIONS]

  run      make everything ready and serve: migrate, demonstration on an empty database, pages
  serve    serve what is there
  host     serve a whole site behind a proxy: pages, sockets and background work in processes of their own
  work     do the background work of a site that other processes serve
  demo     load the demonstration, or remove it with --remove
  import   bring in a course package (Educa, IMS Common Cartridge, Canvas)
  export   write a course as a package
  doctor   say in plain words whether everything is configured and reachable
  manage   every command of Django
  version  the version

`educa COMMAND --help` tells more. Settings come from the environment: docs/configuration.md.
"""
COMMANDS = {
    "run": "run",
    "serve": "serve",
    "host": "host",
    "work": "work",
    "demo": "demo",
    "import": "import_course",
    "export": "export_course",
    "doctor": "doctor",
}
SERVING = {"run", "serve", "host"}  # pages, of which none may wait for long


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 2 not understood or refused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words.pop(0) if words else "--help"
    if command in {"-h", "--help", "help"}:
        print(USAGE, end="")
        return 0
    if command in {"version", "--version"}:
        from educa import __version__  # noqa: PLC0415 - the other commands do not need it

        print(__version__)
        return 0
    if command == "manage":
        return _told_plainly(lambda: _manage(words))
    if command not in COMMANDS:
        return _refused(f"there is no command {command!r}; `educa --help` lists them")
    if "--tls" in words:
        os.environ["EDUCA_TLS"] = "yes"  # settings are read before the command sees its options
    return _told_plainly(lambda: _own(COMMANDS[command], f"educa {command}", words))


def _own(name: str, shown_as: str, words: list[str]) -> None:
    """Run one of our commands; unlike Django's own way, whatever it raises is left to the caller."""
    _set_up(long_statements=name not in SERVING)
    from django.core.management import ManagementUtility  # noqa: PLC0415 - after the settings

    command = ManagementUtility(["educa"]).fetch_command(name)
    program, _, subcommand = shown_as.partition(" ")
    options = vars(command.create_parser(program, subcommand).parse_args(words))
    command.execute(*options.pop("args", ()), **options)


def _manage(words: list[str]) -> None:
    _set_up(long_statements=True)
    from django.core.management import ManagementUtility  # noqa: PLC0415 - after the settings

    ManagementUtility(["educa manage", *words]).execute()


def _set_up(*, long_statements: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")
    if long_statements:
        # A migration or an import may rightly take longer than a page.
        os.environ.setdefault("EDUCA_STATEMENT_TIMEOUT", "0")
    from educa.lib.serving.memory import share_one_arena  # noqa: PLC0415 - as below

    share_one_arena()
    import django  # noqa: PLC0415 - only the commands that need it pay for it

    django.setup()
    from educa.config.preparing import prepare_data_dir  # noqa: PLC0415 - after the settings

    prepare_data_dir()


def _told_plainly(step: Callable[[], None]) -> int:
    """Run a step; what goes wrong for a known reason is one line on stderr and status 2."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - as above
    from django.core.management import CommandError  # noqa: PLC0415 - as above
    from django.db import DatabaseError  # noqa: PLC0415 - as above

    try:
        step()
    except (ImproperlyConfigured, CommandError) as error:
        return _refused(str(error))
    except DatabaseError as error:
        return _refused(f"database: {error}")
    except BrokenPipeError:
        # Whoever read along has seen enough; what is still in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refused(f"{error.filename or 'system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 130
    return 0


def _refused(reason: str) -> int:
    print(f"educa: {' '.join(reason.removeprefix('Error:').split())}", file=sys.stderr)
    return 2
