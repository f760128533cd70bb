"""Whether two answers are the same but for what must differ: fresh ids, and seconds between the two calls."""

import base64
import json
import re

HEADERS = ["content-type", "www-authenticate", "allow", "location", "retry-after", "set-cookie"]
SECONDS_BETWEEN = 3
ID = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def parsed(answer):
    """The answer, with its body as JSON; None where it is none."""
    try:
        answer.json = json.loads(answer.body) if answer.headers.get("content-type", "").startswith("application/json") else None
    except ValueError:
        answer.json = None
    return answer


def differences(original, ours):
    """One line for each part that differs."""
    found = []
    if original.status != ours.status:
        found.append(f"status {original.status} / {ours.status}")
    for name in HEADERS:
        pair = original.headers.get(name), ours.headers.get(name)
        if pair[0] != pair[1] and not (name == "www-authenticate" and adds_error(*pair)):
            found.append(f"{name} {pair[0]!r} / {pair[1]!r}")
    for name, value in (("cache-control", "no-store"), ("x-content-type-options", "nosniff")):
        if ours.headers.get(name) != value:
            found.append(f"ours lacks {name}: {value}")
    if original.json is None and ours.json is None:
        return found + ([] if original.body == ours.body else [f"body {original.body[:80]!r} / {ours.body[:80]!r}"])
    if masked(original) != masked(ours):
        found.append("bytes of the body")
    return found + compared("$", original.json, ours.json)


def adds_error(original, ours):
    """A refused token is told in the challenge, too (RFC 6750, section 3)."""
    return original is not None and ours == original + ', error="invalid_token"'


def masked(answer):
    """The body with every token put out: separators, order and escapes are what is left."""
    return re.sub(rb"eyJ[\w-]+\.[\w-]+\.[\w-]*", b"<token>", answer.body)


def compared(path, one, other):
    if isinstance(one, str) and isinstance(other, str):
        if one == other or (ID.fullmatch(one) and ID.fullmatch(other)):
            return []
        tokens = token(one), token(other)
        return compared(path + "~", *tokens) if all(tokens) else [f"{path} {one[:200]!r} / {other[:200]!r}"]
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return [f"{path} names {list(one)} / {list(other)}"]
        return [line for name in one for line in compared(f"{path}.{name}", one[name], other[name])]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [line for at, pair in enumerate(zip(one, other)) for line in compared(f"{path}[{at}]", *pair)]
    if type(one) is type(other) is int and one > 10**9 and abs(one - other) <= SECONDS_BETWEEN:
        return []
    return [] if type(one) is type(other) and one == other else [f"{path} {one!r} / {other!r}"]


def token(text):
    """Header and claims of a token; None for anything else."""
    parts = text.split(".")
    try:
        decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2]]
    except ValueError:
        return None
    return decoded if len(parts) == 3 else None
