"""docs/trpc.md: the procedure that it shows works as it stands, and what it says of the others is so."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.trpc import Router
from app.trpc.mounted import mounted_of
from tests.client import Person
from tests.docs.snippets import ROOT, blocks
from tests.trpc.client import Rpc, data, error
from tests.upstream import WITH_PROCEDURES, is_our_procedure


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    """The module of the document, imported."""
    [text] = [text for text in blocks("trpc.md", "python") if "Router()" in text]
    path = tmp_path_factory.mktemp("document") / "account.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("document_account", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.rpc
    del sys.modules[spec.name]


def test_the_procedures_of_the_document_work(serving: Callable[..., Rpc], router: Router, admin: Person) -> None:
    rpc = serving(router)
    assert rpc.mutate("account.rename", {"name": "Grace"}).status_code == 401
    rpc.sign_in(admin.email)
    assert data(rpc.mutate("account.rename", {"name": "Grace"}))["name"] == "Grace"
    assert data(rpc.mutate("account.rename"))["name"] is None
    assert rpc.mutate("account.rename", {"name": ""}).status_code == 400
    assert data(rpc.query("account.roleOfOthers", admin.email)) == "admin"
    assert data(rpc.query("account.roleOfOthers", "nobody@example.com")) is None


@pytest.mark.parametrize("path", ["x/auth.whoami", "auth.whoami/", "post/byId"])
def test_a_path_is_taken_whole(rpc: Rpc, path: str) -> None:
    refused = rpc.query(path)
    assert (refused.status_code, error(refused)["data"]["path"]) == (404, path)
    assert error(refused)["message"] == f'No procedure found on path "{path}"'


@pytest.mark.needs(*WITH_PROCEDURES)
def test_the_document_lists_what_is_served(app: Flask) -> None:
    table = (ROOT / "docs" / "trpc.md").read_text(encoding="utf-8").partition("\n\n`flask trpc procedures`")[0]
    ours = {path for path, each in mounted_of(app).procedures.items() if is_our_procedure(each.function)}
    assert set(re.findall(r"`([a-zA-Z]+\.\w+)`", table)) == ours


@pytest.mark.needs(*WITH_PROCEDURES)
def test_every_router_of_a_module_is_served(app: Flask) -> None:
    """Whoever writes procedures and forgets ``trpc.add`` would see NOT_FOUND, and no reason."""
    modules = [module for name, module in sys.modules.items() if name.startswith("app.")]
    routers = [each for module in modules for each in vars(module).values() if isinstance(each, Router)]
    assert routers
    served = {each.decorated for each in mounted_of(app).procedures.values()}
    assert {each.decorated for router in routers for each in router.procedures().values()} <= served
