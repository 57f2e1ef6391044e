"""Real proxies before a real server, configured by the files of docs/deploy; only addresses and paths are others."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"

_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sourcier.conf;
}}
"""
_CADDY = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of this machine, signed by itself."""

    public: Path
    private: Path

    @property
    def trusted(self) -> ssl.SSLContext:
        """What trusts it, and no other."""
        return ssl.create_default_context(cafile=self.public)


@dataclass(frozen=True, slots=True)
class Offered:
    """A server as a proxy offers it, and what reaches it there."""

    address: str
    certificate: Certificate

    def http(self, **options: object) -> httpx.Client:
        """Return a client whose addresses begin where the server does."""
        known = {"base_url": f"{self.address}/", "verify": self.certificate.trusted, "timeout": 30}
        return httpx.Client(**known | options)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1."""
    made = tmp_path_factory.mktemp("tls")
    found = Certificate(made / "127.0.0.1.pem", made / "127.0.0.1.key")
    command = [_program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-out", str(found.public), "-keyout", str(found.private)]
    subprocess.run(command, check=True, capture_output=True)
    return found


@contextmanager
def nginx(server: str, certificate: Certificate, folder: Path, changes: dict[str, str], path: str) -> Iterator[Offered]:
    """Offer a server by nginx, with `changes` to its configuration."""
    program, port = _program("nginx"), _free_port()
    changes = changes | {
        "listen 443": f"listen 127.0.0.1:{port}",
        "server 127.0.0.1:7860;": f"server {server.removeprefix('http://')};",
        "/etc/nginx/tls/intranet.example.pem": str(certificate.public),
        "/etc/nginx/tls/intranet.example.key": str(certificate.private),
    }
    (folder / "sourcier.conf").write_text(changed("nginx.conf", changes), encoding="utf-8")
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder), encoding="utf-8")
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port):
        yield Offered(f"https://127.0.0.1:{port}{path}", certificate)


@contextmanager
def caddy(server: str, certificate: Certificate, folder: Path, changes: dict[str, str], path: str) -> Iterator[Offered]:
    """Offer a server by Caddy, with `changes` to its configuration."""
    program, port = _program("caddy"), _free_port()
    changes = changes | {
        "intranet.example {": f"https://127.0.0.1:{port} {{",
        "127.0.0.1:7860": server.removeprefix("http://"),
        "/etc/caddy/intranet.example.pem": str(certificate.public),
        "/etc/caddy/intranet.example.key": str(certificate.private),
    }
    file = folder / "Caddyfile"
    file.write_text(_CADDY + changed("Caddyfile", changes), encoding="utf-8")
    with _running([program, "run", "--config", str(file), "--adapter", "caddyfile"], port, HOME=str(folder)):
        yield Offered(f"https://127.0.0.1:{port}{path}", certificate)


def changed(name: str, changes: dict[str, str]) -> str:
    """Return a file of docs/deploy with others in the place of some words, all of which must be there."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, f"{name} no longer has {before!r}"
        text = text.replace(before, after)
    return text


def _program(name: str) -> str:
    """Return where a program is; skip the test where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def _running(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a proxy until it is no longer needed; what it says is shown when it does not begin to listen."""
    environment = {"PATH": os.environ.get("PATH", os.defpath)} | environment
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            if not _listens(process, port):
                process.kill()
                pytest.fail(process.communicate()[0].decode())
            yield
        finally:
            process.terminate()
            process.communicate(timeout=10)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until a process listens; return whether it does."""
    until = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False
