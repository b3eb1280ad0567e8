"""A server that says what a test tells it to, and a proxy before it: real sockets, with and without TLS."""

import asyncio
import shutil
import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"ok": true, "result": 42}'
CLOSING = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


@dataclass
class Server:
    """Answers each request with the next of ``answers``, the last for ever; None cuts the connection.

    Attributes:
        connections: How many were opened.
        heard: Head and body of each request.
        pause: Seconds before each answer.
    """

    answers: list[bytes | None] = field(default_factory=lambda: [OK])
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)
    pause: float = 0.0
    port: int = 0

    async def start(self, context: ssl.SSLContext | None = None) -> asyncio.Server:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                self.heard.append(head + await reader.readexactly(size))
                await asyncio.sleep(self.pause)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                writer.write(answer or b"")
                if answer is None or answer == CLOSING:
                    break
        except (EOFError, ConnectionError):
            return
        finally:
            writer.close()


@dataclass
class Proxy:
    """Tunnels to where CONNECT says; refuses with ``status`` if it is not 200, and is silent at 0."""

    status: int = 200
    heads: list[str] = field(default_factory=list)
    port: int = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if self.status == 0:
            await reader.read()
        else:
            writer.write(f"HTTP/1.1 {self.status} So\r\n\r\n".encode())
        if self.status == 200:
            port = int(self.heads[-1].split()[1].rpartition(":")[2])
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pour(reader, back), _pour(there, writer))
        writer.close()


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(1000):
            target.write(some)
    except ConnectionError:
        return
    finally:
        target.close()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path] | None:
    """A context for a server called localhost, and the certificate to trust; None without openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *wanted.split(), *named], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate
