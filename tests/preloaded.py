"""What servers are forked with, by ``tests.loaded``: the application and gunicorn, and nothing that a start decides."""

import gc
from importlib import import_module

gc.disable()
for module in ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "app.core.mail", "tests.people"):
    import_module(module)
gc.freeze()
gc.enable()
