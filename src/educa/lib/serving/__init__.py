"""How pages are served: a WSGI application behind an ASGI server, in one process."""
