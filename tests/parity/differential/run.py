"""Asks the original and ours the same thousands of requests and prints every difference that is not listed.

    python3 tests/parity/differential/run.py [--requests 6300] [--seed 1] [--ours target/debug] [--only VARIANT]

Installs the newest djangorestframework-simplejwt, Django REST framework, Django and gunicorn into `.tools/parity`, for the newest Python
of this machine, starts both services
on the recorded users under the same secret and the same settings, variant by variant, and ends with the rates of both.
`cargo build -p latchkey` must have been run. Exit code 1: there is an unlisted difference.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import listed
import rates
from generate import SECRET, Generator
from same import differences, parsed
from wire import Request, send

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TOOLS = ROOT / ".tools" / "parity"
PACKAGES = ["djangorestframework-simplejwt", "djangorestframework", "Django", "gunicorn", "cryptography"]
RECORDED = HERE.parent / "recorded"

# With so many requests every listed difference shows.
ENOUGH = 5000

VARIANTS = {
    "default": {},
    "rotation": {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True, "UPDATE_LAST_LOGIN": True},
    "rotation-without-blacklist": {"ROTATE_REFRESH_TOKENS": True},
    "named": {"TOKEN_TYPE_CLAIM": "typ", "JTI_CLAIM": "tid", "USER_ID_CLAIM": "uid", "SLIDING_TOKEN_REFRESH_EXP_CLAIM": "rexp"},
    "audience": {"AUDIENCE": ["api", "web"], "ISSUER": "me", "LEEWAY": 20, "ALGORITHM": "HS512"},
    "classes": {
        "AUTH_TOKEN_CLASSES": ["rest_framework_simplejwt.tokens.AccessToken", "rest_framework_simplejwt.tokens.SlidingToken"],
        "AUTH_HEADER_TYPES": ["Bearer", "JWT"],
        "ACCESS_TOKEN_LIFETIME": 60,
    },
    "verify-blacklist": {"BLACKLIST_AFTER_ROTATION": True},
    "rsa": {
        "ALGORITHM": "RS256",
        "SIGNING_KEY": (RECORDED / "keys" / "rsa.pem").read_text(),
        "VERIFYING_KEY": (RECORDED / "keys" / "rsa.pub.pem").read_text(),
    },
    "eddsa": {
        "ALGORITHM": "EdDSA",
        "SIGNING_KEY": (RECORDED / "keys" / "ed25519.pem").read_text(),
        "VERIFYING_KEY": (RECORDED / "keys" / "ed25519.pub.pem").read_text(),
    },
}


def main():
    arguments = parse()
    install()
    users = json.loads((RECORDED / "fixtures.json").read_text())["users"]
    variants = {name: settings for name, settings in VARIANTS.items() if arguments.only in (None, name)}
    unlisted, sent, known = 0, 0, {}
    for name, settings in variants.items():
        with Pair(arguments.ours, settings, users) as pair:
            crossed = cross(pair)
            unlisted += crossed
            share = arguments.requests // len(variants)
            found = compare(pair, Generator(random.Random(f"{arguments.seed} {name}"), settings, users), share, known)
            print(f"{name:28} {share:6} requests  {found:4} unlisted differences  {crossed} tokens not accepted by the other")
            unlisted, sent = unlisted + found, sent + share
            if name == "default" and not arguments.without_rates:
                rates.report(pair.original, pair.ours)
            if name == "rotation" and not arguments.without_rates:
                rates.report_rotation(pair.original, pair.ours)
    print(f"\n{sent} requests, {unlisted} unlisted differences")
    for rule, reason, _ in listed.RULES:
        print(f"  on purpose {known.get(rule, 0):5}  {rule}: {reason}")
    unseen = [rule for rule, _, _ in listed.RULES if rule not in known] if sent >= ENOUGH else []
    if unseen:
        print("listed and not seen once: " + ", ".join(unseen))
    sys.exit(1 if unlisted or unseen else 0)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=6300, help="how many, over all variants")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same requests")
    parser.add_argument("--ours", type=pathlib.Path, default=ROOT / "target" / "debug", help="folder of latchkey")
    parser.add_argument("--only", choices=VARIANTS, help="one variant alone")
    parser.add_argument("--without-rates", action="store_true", help="measure nothing")
    return parser.parse_args()


def install():
    python = TOOLS / "bin" / "python"
    newest = newest_python()
    if not python.exists() or version(python) != version(newest):
        subprocess.run([newest, "-m", "venv", "--clear", TOOLS], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", *PACKAGES], check=True)
    shown = subprocess.run([python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True)
    print("against " + " ".join(line for line in shown.stdout.split() if line.lower().startswith(("django", "gunicorn", "pyjwt"))))


def newest_python():
    """The newest Python of this machine: each Django asks for a newer one."""
    named = [shutil.which(f"python3.{minor}") for minor in range(12, 20)]
    of_pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv")).glob("versions/3.*/bin/python")
    return max([sys.executable, *filter(None, named), *map(str, of_pyenv)], key=version)


def version(python):
    """`(3, 13)`; nothing for what is there and does not run."""
    shown = subprocess.run([python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True)
    return tuple(map(int, shown.stdout.split()))


def compare(pair, generator, count, known):
    """Sends `count` requests to both and returns how many differ without being listed."""
    unlisted = 0
    for _ in range(count):
        request = generator.draw()
        original, ours = [parsed(send(port, request)) for port in (pair.original, pair.ours)]
        for answer in (original, ours):
            generator.learn(answer.json)
        found = differences(original, ours)
        if not found:
            continue
        if rule := listed.which(request, original, ours):
            known[rule] = known.get(rule, 0) + 1
            generator.forget(listed.tokens(request))
            continue
        unlisted += 1
        if unlisted <= 40:
            print(f"\n{request}\n  original {original.status} {original.body[:600]!r}\n  ours     {ours.status} {ours.body[:600]!r}")
            print("  " + "\n  ".join(found[:6]))
    return unlisted


def cross(pair):
    """Every kind of token of one service at every endpoint of the other; returns how many are refused."""
    refused = 0
    for issuer, other in ((pair.original, pair.ours), (pair.ours, pair.original)):
        login = {"username": "alice", "password": "alice-pass-1"}
        tokens = post(issuer, "", login).json
        sliding = post(issuer, "sliding/", login).json
        calls = [
            post(other, "verify/", {"token": tokens["access"]}),
            post(other, "verify/", {"token": tokens["refresh"]}),
            post(other, "verify/", {"token": sliding["token"]}),
            post(other, "refresh/", {"refresh": tokens["refresh"]}),
            post(other, "sliding/refresh/", {"token": sliding["token"]}),
            parsed(send(other, Request("GET", "/api/hello/", [("Authorization", b"Bearer " + tokens["access"].encode())]))),
        ]
        calls.append(post(other, "blacklist/", {"refresh": post(issuer, "", login).json["refresh"]}))
        for call in calls:
            if call.status != 200:
                refused += 1
                print(f"a token of {'the original' if issuer == pair.original else 'ours'} is refused: {call.status} {call.body!r}")
    return refused


def post(port, path, fields):
    request = Request("POST", f"/api/token/{path}", [("Content-Type", b"application/json")], json.dumps(fields).encode())
    return parsed(send(port, request))


class Pair:
    """Both services, running on the same users, under the same secret and settings."""

    def __init__(self, programs, settings, users):
        self.programs, self.settings, self.users = programs, settings, users
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="parity-"))
        self.running = []

    def __enter__(self):
        dump = self.folder / "users.json"
        dump.write_text(json.dumps([as_dumped(user) for user in self.users]))
        self.original, self.ours = free_port(), free_port()
        try:
            self.start_original(dump)
            self.start_ours(dump)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(15)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_original(self, dump):
        given = {"SIMPLE_JWT": json.dumps(self.settings), "DATABASE": str(self.folder / "db.sqlite3"), "SECRET_KEY": SECRET}
        environment = {**os.environ, **given, "PYTHONPATH": str(HERE)}
        subprocess.run([TOOLS / "bin" / "python", HERE / "original.py", dump], check=True, env=environment)
        gunicorn = [TOOLS / "bin" / "gunicorn", "original:application", "--bind", f"127.0.0.1:{self.original}", "--workers", "2"]
        gunicorn += ["--threads", "4", "--log-level", "critical", "--no-control-socket"]
        self.start(gunicorn, environment, self.original)

    def start_ours(self, dump):
        variables = {name: variable(value) for name, value in self.settings.items()}
        environment = {**os.environ, "SIGNING_KEY": SECRET, **variables}
        data = self.folder / "ours"
        local = [self.programs / "latchkey", "--listen", f"127.0.0.1:{self.ours}", "--data", data]
        self.start(local, environment, self.ours)
        admin = [self.programs / "latchkey", "users", "import", dump, "--data", data]
        subprocess.run(admin, check=True, env=environment, stdout=subprocess.DEVNULL)

    def start(self, command, environment, port):
        log = open(self.folder / f"{port}.log", "wb")
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.running.append(process)
        deadline = time.time() + 60
        while time.time() < deadline and process.poll() is None:
            try:
                send(port, Request("GET", "/api/hello/"))
                return
            except (OSError, IndexError):
                time.sleep(0.1)
        sys.exit(f"{command[0]} did not start:\n{(self.folder / f'{port}.log').read_text()}")


def as_dumped(user):
    names = ["username", "password", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser"]
    return {"model": "auth.user", "pk": user["id"], "fields": {name: user[name] for name in names}}


def variable(value):
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


def free_port():
    # The system gives higher ports to those who ask for any.
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no port is free")


if __name__ == "__main__":
    main()
