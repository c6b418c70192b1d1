"""Servers that tests of sinks start for themselves, in private folders."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

#: A password that would break a connection string, a message or a query if it were not taken care of.
PASSWORD = "p'w" + secrets.token_hex(6)


def postgres_binaries() -> Path | None:
    """Find the programs of the server, which Debian does not put on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(place) for place in filter(None, [shutil.which("initdb")])
    ]
    return found[-1].resolve().parent if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, run by another user where we are root, which PostgreSQL refuses."""
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
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


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """The socket of a Redis of our own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis server is installed (apt-get install redis-server)")
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
