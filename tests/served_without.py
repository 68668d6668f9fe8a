"""What a server serves while features are left out of the tests: ``gunicorn "tests.served_without:app('posts')"``."""

from __future__ import annotations

import os
from importlib import import_module

from flask import Flask


def app(names: str) -> Flask:
    os.environ["WITHOUT"] = names
    import_module("tests.without")  # before anybody takes create_app from there
    served = import_module("wsgi").app
    assert isinstance(served, Flask)
    return served
