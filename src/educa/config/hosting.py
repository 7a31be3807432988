"""A whole site behind a proxy from one parent, which loads everything once and forks: pages, sockets, background work."""

import multiprocessing
import os
import socket
from functools import partial
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver

from educa.config.server import serve_on
from educa.lib.children import Child
from educa.lib.duties import all_duties, work_until_stopped
from educa.lib.serving.garbage import spare_what_stays
from educa.lib.serving.proxy import WSGIApplication

GRACE = 20  # seconds that children get to end; a request of a page gets three quarters of them
BACKLOG = 2048  # connections that wait for a worker
NICE = 5  # steps by which background work comes after pages and sockets
APPLICATION = "educa.config.wsgi"
# What the processes import when they begin to serve, of which nothing begins a thread.
LOADED = (
    APPLICATION,
    "educa.chat.routing",
    "educa.lib.serving.bridge",
    "channels.routing",
    "channels.sessions",
    "channels.security.websocket",
    "granian.server",
    "granian.wsgi",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvloop",
)

Address = tuple[str, int]


def load() -> None:
    """Load what the children need, and leave nothing behind that they must not share.

    Raises CommandError when the package that serves pages is missing.
    """
    try:
        for name in LOADED:
            import_module(name)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("granian"):
            raise
        raise CommandError("needs the package granian: pip install 'educa[production]'") from None
    get_resolver().reverse_dict  # noqa: B018 - imports the views of all addresses
    load_templates()
    all_duties()
    connections.close_all()
    caches.close_all()
    spare_what_stays()


def load_templates() -> None:
    """Have the templates of our pages at hand, as each process would keep those that it has shown."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("educa.")]
    for folder in [
        settings.PACKAGE / "templates",
        *(Path(each.path, "templates") for each in ours),
    ]:
        for path in folder.rglob("*.html"):
            get_template(str(path.relative_to(folder)))


def children(
    pages: Address, sockets: socket.socket | None, *, workers: int, with_duties: bool
) -> list[Child]:
    """What the processes of a site do; `sockets` listens for those who open sockets, if that is served here."""
    found = [Child("educa-pages", partial(serve_pages, pages, workers))]
    if sockets:
        found.append(Child("educa-sockets", partial(serve_sockets, sockets)))
    if with_duties:
        found.append(Child("educa-work", work))
    return found


def serve_pages(address: Address, workers: int) -> None:
    """Serve pages by so many processes below this one."""
    import granian  # noqa: PLC0415 - only production has it

    host, port = address
    # From Python 3.14 on it would not be the usual way, and each worker would load everything again.
    multiprocessing.set_start_method("fork", force=True)
    granian.Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=granian.constants.Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.EDUCA_THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE * 3 // 4,
    ).serve(target_loader=wsgi_application, wrap_loader=False)


def wsgi_application() -> WSGIApplication:
    """The pages, which the parent has loaded."""
    application: WSGIApplication = import_module(APPLICATION).application
    return application


def serve_sockets(listener: socket.socket) -> None:
    """Serve sockets in this process."""
    host, port = listener.getsockname()[:2]
    serve_on(listener, on_ready=lambda: print(f"The sockets are at {host}:{port}", flush=True))


def work() -> None:
    """See to all duties; pages and sockets come before them."""
    os.nice(NICE)
    work_until_stopped(lambda: print("Educa is at work", flush=True))
