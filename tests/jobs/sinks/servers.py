"""Servers of our own, in private folders, for as long as a block lasts."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotInstalled(Exception):
    """The programs of a server are not on this machine; the message says how they get there."""


#: A password that would break a connection string, a message or a query if it were not taken care of.
PASSWORD = "p'w" + secrets.token_hex(6)


def postgres_binaries() -> Path | None:
    """Find the programs of the server, which Debian does not put on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(place) for place in filter(None, [shutil.which("initdb")])
    ]
    return found[-1].resolve().parent if found else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the address of a PostgreSQL, run by another user where we are root, which it refuses."""
    binaries = postgres_binaries()
    if binaries is None:
        raise NotInstalled("no PostgreSQL server is installed (apt-get install postgresql)")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="nd-pg-"))
    (folder / "password").write_text(PASSWORD)
    if os.geteuid() == 0:
        for place in (folder, folder / "password"):
            shutil.chown(place, user)
    run_as = {"user": user} if os.geteuid() == 0 else {}

    def run(*command: object) -> None:
        line = [str(part) for part in command]
        subprocess.run(line, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60, **run_as)

    data = folder / "data"
    run(binaries / "initdb", "-D", data, "-U", "feeder", "-A", "scram-sha-256", "-E", "UTF8", "--no-locale",
        "--no-sync", f"--pwfile={folder / 'password'}")  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://feeder:{PASSWORD}@/postgres?host={folder}"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def redis_server() -> Iterator[Path]:
    """Give the socket of a Redis."""
    program = shutil.which("redis-server")
    if program is None:
        raise NotInstalled("no Redis server is installed (apt-get install redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="nd-redis-"))
    socket = folder / "socket"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if socket.exists():
                break
            time.sleep(0.05)
        yield socket
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder)
