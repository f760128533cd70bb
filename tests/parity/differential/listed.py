"""Where ours answers otherwise on purpose: a name, the reason, and how such a pair of answers is known.

A rule gets the request, the original's answer and ours, each with its body as JSON (None where it is none), and says
whether the difference between the two is its own.
"""

import base64
import json
import re
import urllib.parse

RULES = []
REFUSED_HEADERS = {"b64", "crit", "cty", "enc", "jku", "jwk", "x5c", "x5u", "zip"}
NO_CREDENTIALS = "Authentication credentials were not provided."
NO_LOGIN = "No active account found with the given credentials"
NO_ACCOUNT = "No active account found for the given token."


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


@rule("no request can crash the service")
def crash(request, original, ours):
    blacklisted = request.target.startswith("/api/token/blacklist") and ours.status == 200
    return original.status == 500 and (ours.status in (400, 401) or blacklisted) and isinstance(ours.json, dict)


@rule("every answer is JSON: there is no browsable HTML")
def browsable_html(request, original, ours):
    html = original.headers.get("content-type", "").startswith("text/html")
    return html and original.status == ours.status and ours.headers.get("content-type") == "application/json"


@rule("what follows the prefix is the parser's own wording")
def parser_wording(request, original, ours):
    prefix = "JSON parse error - "
    return original.status == ours.status == 400 and all(str(detail(answer)).startswith(prefix) for answer in (original, ours))


@rule("the authorizer stands before the function: 401 beats 404 and 406, and is not indented")
def authorizer_first(request, original, ours):
    indented = original.status == 401 and original.json == ours.json
    return request.target.startswith("/api/hello/") and ours.status == 401 and (original.status in (404, 406) or indented)


@rule("a scheme has no case (RFC 9110, section 11.1)")
def scheme_case(request, original, ours):
    schemes = [value.split()[0] for name, value in request.headers if name == "Authorization" and value.split()]
    return detail(original) == NO_CREDENTIALS and any(scheme in (b"bearer", b"BEARER") for scheme in schemes)


@rule("a password is taken as it was typed, outer spaces included")
def exact_password(request, original, ours):
    logins = detail(original) == NO_LOGIN and ours.status == 200
    return logins and b"spacey" in request.body and b"lead-and-trail" in request.body


@rule("a token that is odd in a way that no honest issuer needs is refused")
def odd_token(request, original, ours):
    return ours.status == 401 and original.status in (200, 400, 401) and refuses(ours) and any(map(is_odd, tokens(request)))


@rule("a refresh token that names nobody is refused, or it would outlive every user")
def nobody(request, original, ours):
    asks = request.target.startswith("/api/token/refresh")
    falsy = any(not claims.get("user_id", claims.get("uid")) for _, _, claims in tokens(request))
    return asks and original.status == 200 and ours.status == 401 and falsy


@rule("ids are compared as text, not as what Python reads as a number")
def text_ids(request, original, ours):
    users = [claims.get("user_id", claims.get("uid")) for _, _, claims in tokens(request)]
    numbers = any(isinstance(user, str) and re.fullmatch(r"\s*[+-]?[\d_]+\s*", user) and not user.isdigit() for user in users)
    return ours.status == 401 and detail(ours) in (NO_ACCOUNT, "User not found") and numbers


@rule("a token without a type could be any kind of token")
def no_type(request, original, ours):
    return request.target.startswith("/api/token/verify") and original.status == 200 and detail(ours) == "Token has no type"


def is_odd(token):
    """Header members that point elsewhere, padding, times that are no numbers, ids that are no ids, too long a life."""
    text, header, claims = token
    ids = [claims.get(name) for name in ("jti", "tid") if name in claims]
    users = [claims.get(name) for name in ("user_id", "uid") if name in claims]
    times = [claims.get(name) for name in ("exp", "iat", "nbf", "refresh_exp", "rexp") if name in claims]
    start, end = claims.get("iat"), claims.get("exp")
    numbers = all(isinstance(time, (int, float)) for time in (start, end))
    return (
        not REFUSED_HEADERS.isdisjoint(header)
        or header.get("typ") != "JWT"
        or "=" in text
        or not all(isinstance(claims.get(name, ""), str) for name in ("iss", "sub", "token_type", "typ"))
        or not all(type(time) in (int, float) for time in times)
        or not all(isinstance(name, str) and name for name in ids)
        or not all(user is None or type(user) in (int, str) for user in users)
        or (numbers and end - start > 86400)
    )


def refuses(answer):
    """Whether it says, in one of the two shapes, that the token is no good."""
    known = ("Token is invalid", "Token has wrong type", "Token has no type")
    messages = answer.json.get("messages", []) if isinstance(answer.json, dict) else []
    return detail(answer) in known or any(message["message"] in known for message in messages)


def tokens(request):
    """Text, header and claims of every token in the request."""
    texts = [request.body.decode("utf-8", "replace"), *(value.decode("latin-1") for _, value in request.headers)]
    for match in re.finditer(r"([\w-]+=*)\.([\w-]+=*)\.[\w-]*=*", " ".join(map(urllib.parse.unquote_plus, texts))):
        try:
            header, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in match.groups())
        except ValueError:
            continue
        if isinstance(header, dict) and isinstance(claims, dict):
            yield match.group(), header, claims


def detail(answer):
    return answer.json.get("detail") if isinstance(answer.json, dict) else None
