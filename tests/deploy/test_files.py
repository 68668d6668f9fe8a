"""What deploy/ holds, as those judge it who read it: systemd, nginx's and Caddy's own checks, hadolint, compose."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.snippets import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
EXPOSURE = 2.0
"""systemd's own scale ends at 10. What is left: the host's files, networks, and a socket for a group."""
HADOLINT = f"{sys.prefix}/bin/hadolint"


def program(name: str, package: str) -> str:
    """Where it is. In CI it has to be installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        message = f"No {name}: apt-get install {package}."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as they lie in /etc/systemd/system, an instance of each template, and programs that are here."""
    folder = tmp_path_factory.mktemp("units")
    for file in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (folder / file.name.replace("@", "@1")).write_text(text, encoding="utf-8")
    return folder


def test_systemd_takes_every_unit(units: Path) -> None:
    analyze = program("systemd-analyze", "systemd")
    files = [str(file) for file in units.iterdir()]
    done = subprocess.run([analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", [file.name.replace("@", "@1") for file in SERVICES])
def test_systemd_calls_every_unit_well_shut(name: str, units: Path) -> None:
    analyze = program("systemd-analyze", "systemd")
    command = [
        analyze,
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={int(EXPOSURE * 10)}",
        str(units / name),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_a_unit_starts_is_what_is_there() -> None:
    for file in SERVICES:
        [line] = re.findall("^ExecStart=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        if "/srv/flaskport/" in line:
            command = Path(line.split()[0]).name
            assert command in {"gunicorn", "flask"}
            assert all((ROOT / word).exists() for word in line.split() if word.endswith(".py"))


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    caddy = program("caddy", "caddy")
    text = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    version = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout.lstrip("v")
    if version.startswith("2.6"):  # as the page says
        text = text.replace("request_buffers 1MB", "buffer_requests")
    (tmp_path / "Caddyfile").write_text(text, encoding="utf-8")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr


def test_nginx_and_caddy_speak_tls_alike() -> None:
    """What OpenSSL and Go call otherwise is the same, and nothing else (ASVS 12.1.2)."""
    nginx = (DEPLOY / "nginx" / "flaskport.conf").read_text(encoding="utf-8")
    caddy = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.findall("ssl_protocols (.*);", nginx) == ["TLSv1.2 TLSv1.3"]
    assert re.findall("protocols (.*)", caddy) == ["tls1.2 tls1.3"]
    [theirs] = re.findall("ssl_ciphers (.*);", nginx)
    [ours] = re.findall("ciphers (.*)", caddy)
    as_go = {name.replace("-", "").replace("AES", "AES_").replace("_GCM", "GCM") for name in theirs.split(":")}
    as_openssl = {re.sub("^TLS|WITH|_|(POLY1305)SHA256$", r"\1", name.replace("_", "")) for name in ours.split()}
    assert {name.replace("_", "") for name in as_go} == as_openssl
    assert all("GCM" in name or "CHACHA20" in name for name in as_openssl)


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [HADOLINT, str(DEPLOY / "container" / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_container_is_shut_and_only_the_proxy_is_reached_from_outside() -> None:
    composed = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in composed["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert ("ports" in service) == (name == "proxy"), name
        assert "privileged" not in service
    assert composed["services"]["database"]["networks"] == ["inside"]
    assert composed["networks"]["inside"] == {"internal": True}
    for mounted in ("nginx.conf", "roles.sh", "../postgresql/roles.sql"):
        assert (DEPLOY / "container" / mounted).exists()


def test_no_container_of_ours_is_told_what_the_owner_of_the_tables_is_told() -> None:
    text = (DEPLOY / "container" / "flaskport.env.example").read_text(encoding="utf-8")
    assert "PASSWORD" not in text
    composed = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    told = {name for name, service in composed["services"].items() if "OWNER_PASSWORD" in str(service)}
    assert told == {"migrate", "database"}
