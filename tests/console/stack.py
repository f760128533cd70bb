"""Operates a stack in a real Chromium: stack.py URL SERVICE PASSWORD LOG. Screenshots go to target/tmp.

URL is what `latchkey console` printed, SERVICE is where the API of the stack answers, PASSWORD is alice's. LOG is "a log", or "no log" where
the log groups of the stack do not answer."""

import json
import sys
import urllib.error
import urllib.request

from browser import chromium
from legible import SHOTS, can_be_read
from playwright.sync_api import expect, sync_playwright

URL, SERVICE, PASSWORD, LOG = sys.argv[1:]
PAGE, SECRET = URL.split("/#")
expect.set_options(timeout=30_000)


def ask(method, address, body=None, **headers):
    """The status and the JSON of the answer."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, sent, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] is None
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        assert refused.headers["Access-Control-Allow-Origin"] is None
        return refused.code, json.load(refused)


def log_in():
    return ask("POST", f"{SERVICE}/api/token/", {"username": "alice", "password": PASSWORD})


def refreshes(pair):
    return ask("POST", f"{SERVICE}/api/token/refresh/", {"refresh": pair["refresh"]})[0] == 200


def answers_nobody_without_the_secret(page):
    assert len(SECRET) == 43, SECRET
    pair = log_in()[1]
    ours = {"Authorization": f"Bearer {SECRET}"}
    wrong = {"Authorization": f"Bearer {SECRET[:-1]}{'A' if SECRET[-1] != 'A' else 'B'}"}
    end = f"{PAGE}/operator/sessions/end"
    user = ask("GET", f"{PAGE}/operator/users/show?user=alice", **ours)[1]
    body = {"id": user["id"]}
    for given in [{}, wrong, {"Authorization": SECRET}, {"Authorization": f"bearer {SECRET}"}, {"Authorization": f"Bearer {SECRET} "[:20]}]:
        assert ask("POST", end, body, **given)[0] == 401, given
        assert ask("GET", f"{PAGE}/operator/users/list", **given)[0] == 401, given
    assert ask("GET", f"{PAGE}/operator/users/list?secret={SECRET}")[0] == 401
    for foreign in ["http://evil.test", "null", PAGE.replace("http", "https")]:
        assert ask("POST", end, body, **ours, Origin=foreign)[0] == 403, foreign
    assert ask("POST", end, body, **ours, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    for foreign in ["evil.test", "127.0.0.1.evil.test"]:
        assert ask("POST", end, body, **ours, Host=foreign)[0] == 404, foreign
        assert ask("GET", f"{PAGE}/", Host=foreign)[0] == 404, foreign
    assert ask("POST", end, body, **{**ours, "Content-Type": "text/plain"})[0] == 415
    assert ask("GET", f"{end}?id={user['id']}", **ours)[0] == 404
    assert refreshes(pair)


def says_what_to_do_without_the_secret(page):
    for address in [PAGE, f"{PAGE}/#wrong"]:
        page.goto("about:blank")
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("Open the address that latchkey console printed.")
        expect(page.locator("#operator-part")).to_be_hidden()


def opens_by_its_address(page):
    page.goto("about:blank")
    page.goto(URL)
    expect(page.get_by_role("heading", name="prod")).to_be_visible()
    assert page.url == f"{PAGE}/", page.url
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""], kept


def finds_a_user(page):
    find = page.get_by_label("Name, address or id")
    with page.expect_request(lambda request: "users/show?user=alice" in request.url):
        find.fill("alice")
        find.press("Enter")
    page.get_by_role("button", name="Open alice").click()
    expect(page.get_by_role("heading", name="alice", exact=True)).to_be_focused()
    find.fill("ali")
    find.press("Enter")
    expect(page.locator("#users li")).to_have_count(1)


def disables_alice(page):
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.locator("#user-said")).to_contain_text("alice is disabled")
    assert log_in()[0] == 401


def works_without_the_log_and_says_so(page):
    expect(page.locator("#user-events")).to_contain_text("CloudWatch Logs does not answer")
    before = log_in()[1]
    page.get_by_role("button", name="Open alice").click()
    page.get_by_role("button", name="End all sessions").click()
    page.get_by_role("dialog").get_by_role("button", name="End all sessions").click()
    said = page.locator("#user-said")
    expect(said).to_contain_text("All sessions of alice have ended.")
    expect(said).to_contain_text("This is not recorded: CloudWatch Logs does not answer")
    assert not refreshes(before)
    disables_alice(page)


def shows_the_log_and_is_recorded_in_it(page):
    events = page.locator("#user-events")
    expect(events.get_by_text("login_failed")).to_have_count(1)
    expect(events).to_contain_text("192.0.2.7")
    page.get_by_role("button", name="Open alice").click()
    disables_alice(page)
    expect(page.locator("#user-said")).not_to_contain_text("not recorded")
    expect(events).to_contain_text("users disable")


def main():
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for scheme in ["light", "dark"]:
            page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
            complaints = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if "status of" not in said.text else None)
            stories = [opens_by_its_address, finds_a_user]
            if LOG == "a log":
                stories += [shows_the_log_and_is_recorded_in_it] if scheme == "light" else []
            elif scheme == "light":
                stories = [answers_nobody_without_the_secret, says_what_to_do_without_the_secret, *stories, works_without_the_log_and_says_so]
            for story in stories:
                story(page)
                print(" ", story.__name__.replace("_", " "))
            can_be_read(page, f"stack-{scheme}{'-log' if LOG == 'a log' else ''}", [1280, 360])
            assert not complaints, complaints
            page.close()
        browser.close()


main()
