"""Where ours answers otherwise on purpose: a name, the reason, and how such a pair of answers is known.

A rule gets the request, both answers and the two bodies as JSON (None where they are none), and says whether the
difference between the two is its own.
"""

import base64
import json
import re

RULES = []


def rule(reason):
    def add(check):
        RULES.append((check.__name__.replace("_", " "), reason, check))
        return check

    return add


def which(request, original, ours):
    """The name of the rule that explains the difference; None when none does."""
    for name, _, check in RULES:
        if check(request, original, ours):
            return name
    return None


@rule("a request must not be able to crash the service")
def crash(request, original, ours):
    return original.status == 500 and ours.status in (400, 401) and isinstance(ours.json, dict)


@rule("there is no browsable HTML; every answer is JSON")
def html_renderer(request, original, ours):
    return original.headers.get("content-type", "").startswith("text/html") and ours.json is not None and original.status != 500


@rule("the wording of a JSON parser is its own; the prefix is the same")
def parser_wording(request, original, ours):
    prefix = "JSON parse error - "
    details = [answer.json.get("detail", "") if isinstance(answer.json, dict) else "" for answer in (original, ours)]
    return original.status == ours.status == 400 and all(str(detail).startswith(prefix) for detail in details)


@rule("a scheme has no case (RFC 9110, section 11.1)")
def scheme_case(request, original, ours):
    return detail(original) == "Authentication credentials were not provided." and any(
        name.lower() == "authorization" and value.split()[:1] and value.split()[0].lower() in (b"bearer", b"jwt")
        for name, value in request.headers
    )


@rule("a token without a type could be any kind of token")
def verify_without_type(request, original, ours):
    return request.target.startswith("/api/token/verify") and detail(ours) == "Token has no type"


@rule("duplicate names, unknown crit, foreign typ, odd user ids and too long a life are refused")
def stricter_token(request, original, ours):
    return original.status == 200 and ours.status == 401 and token_is_odd(request)


def token_is_odd(request):
    for token in tokens(request):
        header, claims = token
        if "crit" in header or header.get("typ") not in ("JWT", None):
            return True
        user = claims.get("user_id", claims.get("uid"))
        if isinstance(user, (bool, float, list, dict)) or user is None or "user_id" not in claims:
            return True
        if isinstance(claims.get("exp"), (int, float)) and isinstance(claims.get("iat"), (int, float)):
            return claims["exp"] - claims["iat"] > 86400
    return False


def tokens(request):
    text = request.body.decode("utf-8", "replace") + " ".join(value.decode("latin-1") for _, value in request.headers)
    for match in re.findall(r"([\w-]+)\.([\w-]+)\.[\w-]*", text):
        try:
            yield tuple(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in match)
        except ValueError:
            continue


def detail(answer):
    return answer.json.get("detail") if isinstance(answer.json, dict) else None
