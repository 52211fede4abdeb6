"""Who may talk to the server over HTTP: which hosts and origins are let in, and with which token.

On a loopback address every program of this machine may ask; the host and origin lists keep web pages out, whatever name
they give the machine (DNS rebinding). Anywhere else each request needs the token of the home as well.
"""

import hmac
import os
import secrets
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from temporec_mcp.errors import InvalidInputError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TOKEN_FILE = "http-token"
PRIVATE_FILE = 0o600
TOKEN_BYTES = 32
OTHERS_BITS = 0o077
SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Access:
    """What a request must bring to be let in."""

    host: str
    """Address that the server listens at."""
    token: str | None = field(default=None, repr=False)
    """None asks for none, which only a loopback address may do."""
    names: tuple[str, ...] = ()
    """Further names of this machine that clients may use, as `name` or `name:port`."""

    @property
    def shown_host(self) -> str:
        """The address as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host

    def security(self) -> TransportSecuritySettings:
        """Give the lists of hosts and origins that are let in."""
        known = (*LOOPBACK, *_own_names(self.host), *self.names)
        # Any port: a tunnel may end at another one, and a local client's own page has its own.
        hosts = [entry for name in known for entry in (name, f"{name}:*")]
        origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
        return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


class TokenGate:
    """Lets in only requests that bring the token; everything else is answered with 401 and goes no further."""

    def __init__(self, inner: ASGIApp, token: str) -> None:
        """Stand before `inner`."""
        self._inner = inner
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request; what is no request of a client (the start and end of the server) passes."""
        if scope["type"] == "lifespan" or self._is_known(Headers(scope=scope)):
            await self._inner(scope, receive, send)
            return
        given = "authorization" in Headers(scope=scope)
        challenge = 'Bearer realm="temporec-mcp"' + (', error="invalid_token"' if given else "")
        words = f"Send the token in the file {TOKEN_FILE} of the server's home as Authorization: Bearer TOKEN.\n"
        await Response(words, 401, {"WWW-Authenticate": challenge}, "text/plain")(scope, receive, send)

    def _is_known(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == SCHEME and hmac.compare_digest(given.strip().encode(), self._token)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_token(home: Path) -> str:
    """Give the token of the home, made at first use in a file that only this account can read.

    Raises:
        InvalidInputError: the file is empty, or others can read it.
    """
    path = home / TOKEN_FILE
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    except FileExistsError:
        return _checked_token(path)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(token + "\n")
    return token


def _checked_token(path: Path) -> str:
    if os.name == "posix" and path.stat().st_mode & OTHERS_BITS:
        raise InvalidInputError(
            f"Other accounts can read the token in {path}, so it protects nothing.", f"Run rm {path} for a new one."
        )
    token = path.read_text(encoding="utf-8").strip()
    if len(token) < TOKEN_BYTES:
        raise InvalidInputError(f"The token in {path} is too short.", f"Run rm {path} for a new one.")
    return token


def _own_names(host: str) -> tuple[str, ...]:
    """Give the names that a client may know the listening machine by."""
    bare = host.strip("[]")
    try:
        address = ip_address(bare)
    except ValueError:
        return (host,)
    shown = f"[{bare}]" if address.version == 6 else bare
    return (socket.gethostname(),) if address.is_unspecified else (shown,)
