"""Runs latchkey-cookies.mjs of docs/clients.md in a real Chromium: cookies.py ADDRESS USERNAME PASSWORD."""

import pathlib
import re
import sys
import time

from browser import chromium
from playwright.sync_api import expect, sync_playwright

ADDRESS, USERNAME, PASSWORD = sys.argv[1:]
# Another site, as far as cookies go, on the same machine.
FOREIGN = ADDRESS.replace("127.0.0.1", "localhost")
SNIPPET = re.search(r"```js file=latchkey-cookies.mjs\n(.*?)```", pathlib.Path("docs/clients.md").read_text(), re.S)[1]
LIFETIME = 2
# A page that a test made up seems to come from the internet, and may not call this machine otherwise.
REACHES_THIS_MACHINE = "--disable-features=LocalNetworkAccessChecks"

PAGE = "<!doctype html><title>A page</title>"
ATTACK = f"""<!doctype html><title>Another page</title>
<form id=form method=post action="{ADDRESS}/api/token/refresh/"><input name=a value=b></form>"""

# One of two tabs that share their cookies; each makes ten calls at once.
TEN = """async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => latchkey.call("/api/hello/")));
  return answers.map((answer) => answer.status);
}"""
LOAD = "async () => { globalThis.latchkey = (await import('/latchkey-cookies.mjs')).session(); }"


def open_page(context, address, body=PAGE):
    page = context.new_page()
    page.route("**/app", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.route("**/latchkey-cookies.mjs", lambda route: route.fulfill(body=SNIPPET, content_type="text/javascript"))
    page.goto(f"{address}/app")
    return page


def refreshes(context):
    asked = []
    context.on("request", lambda request: asked.append(request.url) if request.url.endswith("/refresh/") else None)
    return asked


def logs_in(page, context):
    page.evaluate(LOAD)
    page.evaluate("(words) => latchkey.logIn(...words)", [USERNAME, PASSWORD])
    kept = {cookie["name"]: cookie for cookie in context.cookies()}
    assert set(kept) == {"__Host-latchkey", "__Host-latchkey-session", "__Secure-latchkey-refresh"}, kept
    assert all(cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict" for cookie in kept.values()), kept
    assert {name: cookie["path"] for name, cookie in kept.items() if cookie["path"] != "/"} == {"__Secure-latchkey-refresh": "/api/token"}
    assert page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"


def goes_on_past_the_expiry(page, context):
    assert page.evaluate(TEN) == [200] * 10
    time.sleep(LIFETIME + 0.5)
    asked = refreshes(context)
    assert page.evaluate(TEN) == [200] * 10
    assert len(asked) == 1, asked
    page.reload()
    page.evaluate(LOAD)
    assert page.evaluate(TEN) == [200] * 10, "a reload does not log out"


def two_tabs_share_the_session(page, context):
    other = open_page(context, ADDRESS)
    other.evaluate(LOAD)
    time.sleep(LIFETIME + 0.5)
    for tab in (page, other):
        tab.evaluate("() => { globalThis.ten = (" + TEN + ")(); }")
    assert [tab.evaluate("ten") for tab in (page, other)] == [[200] * 10] * 2
    other.close()


def lasting(context):
    """The cookies but that of the access token, which may end at any moment."""
    return [cookie for cookie in context.cookies() if cookie["expires"] > time.time() + 60]


def keeps_foreign_pages_out(page, context):
    before = lasting(context)
    assert len(before) == 2, before
    attack = open_page(context, FOREIGN, ATTACK)
    said = attack.evaluate(
        """async (address) => {
          const ask = (path, mode) => fetch(address + path, { method: "POST", mode, credentials: "include" });
          const quiet = await ask("/api/token/blacklist/", "no-cors");
          const loud = await ask("/api/token/refresh/", "cors").then(() => "read", () => "unreadable");
          return [quiet.type, loud];
        }""",
        ADDRESS,
    )
    assert said == ["opaque", "unreadable"], said
    with attack.expect_navigation() as navigation:
        attack.evaluate("form.submit()")
    assert navigation.value.status == 403 and "CSRF Failed" in navigation.value.text(), navigation.value.text()
    assert lasting(context) == before
    attack.close()
    assert page.evaluate(TEN) == [200] * 10, "nothing has happened"


def logs_out(page, context):
    page.evaluate("latchkey.logOut()")
    assert context.cookies() == []
    assert page.evaluate(TEN) == [401] * 10


def tells_in_the_console_why_it_shows_nothing(page, context):
    console = context.new_page()
    console.goto(ADDRESS)
    console.get_by_role("textbox", name="Username").fill(USERNAME)
    console.locator("#password").fill(PASSWORD)
    console.get_by_role("button", name="Sign in").click()
    expect(console.get_by_role("alert")).to_contain_text("With AUTH_COOKIE the tokens of a browser are in cookies")
    assert context.cookies() == [], "the console keeps none"


STORIES = [
    logs_in,
    goes_on_past_the_expiry,
    two_tabs_share_the_session,
    keeps_foreign_pages_out,
    logs_out,
    tells_in_the_console_why_it_shows_nothing,
]


def main():
    with sync_playwright() as playwright:
        browser = chromium(playwright, REACHES_THIS_MACHINE)
        context = browser.new_context()
        page = open_page(context, ADDRESS)
        for story in STORIES:
            story(page, context)
            print(" ", story.__name__.replace("_", " "))
        browser.close()


main()
