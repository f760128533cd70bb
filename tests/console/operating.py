"""Does to users in a real Chromium what operators do: operating.py ADDRESS ADMIN_PASSWORD PASSWORD. Screenshots go to target/tmp.

PASSWORD is that of alice and of twenty-one others; what comes of each act is asked of the service, as any client would."""

import json
import sys
import urllib.error
import urllib.request

from browser import chromium
from legible import SHOTS, can_be_read
from playwright.sync_api import expect, sync_playwright

ADDRESS, ADMIN, PASSWORD = sys.argv[1:]
expect.set_options(timeout=20_000)


def post(path, body, **headers):
    """The status and the JSON of the answer."""
    headers = {"Content-Type": "application/json", "User-Agent": "a-phone/1.0", **headers}
    request = urllib.request.Request(ADDRESS + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def log_in(password, **headers):
    return post("/api/token/", {"username": "alice", "password": password}, **headers)


def refreshes(pair):
    return post("/api/token/refresh/", {"refresh": pair["refresh"]})[0] == 200


def sign_in(page, name, password):
    page.goto(f"{ADDRESS}/console")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=f"Signed in as {name}")).to_be_visible()


def operator(page):
    return page.get_by_role("region", name="Operator")


def confirm(page, name):
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def press(page, name):
    page.locator("#user").get_by_role("button", name=name, exact=True).click()


def nobody_else_sees_it(page):
    sign_in(page, "alice", PASSWORD)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#operator-part")).to_be_hidden()
    access = log_in(PASSWORD)[1]["access"]
    for path, body in [("users/disable", {"id": "1"}), ("sessions/end", {"session": "1"}), ("users/set-password", {"id": "1"})]:
        assert post(f"/operator/{path}", body)[0] == 401
        assert post(f"/operator/{path}", body, Authorization=f"Bearer {access}")[0] == 403


def lists_users_page_by_page(page):
    sign_in(page, "admin", ADMIN)
    users = page.locator("#users li")
    expect(users).to_have_count(20)
    expect(users.first).to_contain_text("admin")
    operator(page).get_by_role("button", name="3 more").click()
    expect(users).to_have_count(3)
    operator(page).get_by_role("button", name="Back").click()
    expect(users).to_have_count(20)


def finds_a_user(page):
    find = page.get_by_label("Name, address or id")
    find.fill("nobody at all")
    find.press("Enter")
    expect(page.locator("#found")).to_contain_text("Nobody has a name")
    find.fill("ALICE@exa")
    find.press("Enter")
    expect(page.locator("#users li")).to_have_count(1)
    page.get_by_role("button", name="Open alice").click()
    expect(page.get_by_role("heading", name="alice", exact=True)).to_be_focused()
    expect(page.locator("#user")).to_contain_text("alice@example.com")
    expect(page.locator("#user")).to_contain_text("argon2")
    assert "$argon2" not in page.content()


def unlock(page):
    press(page, "Unlock")
    page.get_by_label("Address (may be left out)").fill("127.0.0.1")
    page.keyboard.press("Enter")
    expect(page.locator("#user-said")).to_contain_text("also from 127.0.0.1")


def lets_in_at_once_who_failed_too_often(page):
    assert log_in("wrong")[0] == 401 and log_in("wrong")[0] == 429 and log_in(PASSWORD)[0] == 429
    press(page, "Unlock")
    page.get_by_label("Address (may be left out)").fill("no address")
    confirm(page, "Unlock")
    expect(page.locator("#user-said")).to_contain_text("no IP address")
    unlock(page)
    assert log_in(PASSWORD)[0] == 200


def ends_one_session(page):
    one, other = log_in(PASSWORD)[1], log_in(PASSWORD, **{"User-Agent": "a-tablet/1.0"})[1]
    page.get_by_role("button", name="Open alice").click()
    sessions = page.locator("#user-sessions li")
    end = sessions.filter(has_text="a-tablet/1.0").get_by_role("button")
    expect(sessions).to_have_count(5)
    end.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert refreshes(one) and refreshes(other)
    end.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    confirm(page, "End the session")
    expect(page.locator("#user-said")).to_contain_text("The session has ended.")
    expect(sessions).to_have_count(4)
    expect(end).to_have_count(0)
    assert refreshes(one) and not refreshes(other)


def resets_the_password(page):
    global PASSWORD
    before = log_in(PASSWORD)[1]
    press(page, "Reset password")
    confirm(page, "Reset password")
    new = page.locator("#new-password").inner_text()
    assert len(new) == 26, new
    assert log_in(new)[0] == 200 and not refreshes(before)
    assert log_in(PASSWORD)[0] == 401
    unlock(page)
    page.get_by_role("button", name="Open alice").click()
    expect(page.locator("#new-password")).to_have_count(0)
    PASSWORD = new


def disables_and_enables(page):
    before = log_in(PASSWORD)[1]
    press(page, "Disable")
    can_be_read(page, f"operator-{SCHEME}-sure", [1280, 360])
    confirm(page, "Disable")
    expect(page.locator("#user-said")).to_contain_text("alice is disabled")
    expect(page.locator("#users")).to_contain_text("disabled")
    assert log_in(PASSWORD)[0] == 401 and not refreshes(before)
    press(page, "Enable")
    expect(page.locator("#user-said")).to_contain_text("alice can log in again.")
    unlock(page)
    assert log_in(PASSWORD)[0] == 200


def shows_what_happened(page):
    events = page.locator("#user-events")
    for event in ["login", "operator_acted"]:
        expect(events).to_contain_text(event)
    expect(events).to_contain_text("operator=admin")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Open alice")).to_be_focused()
    page.locator("#operator-reload").click()
    expect(page.locator("#events")).to_contain_text("users set-password")


def goes_on_when_the_access_token_is_over(page):
    page.route("**/operator/users/show**", lambda route: route.fulfill(status=401, body='{"detail": "over"}'), times=1)
    with page.expect_request("**/api/token/refresh/"):
        page.get_by_role("button", name="Open alice").click()
    expect(page.locator("#user")).to_contain_text("alice@example.com")


def can_be_read_and_used(page):
    sign_in(page, "admin", ADMIN)
    page.get_by_label("Name, address or id").fill("alice")
    page.keyboard.press("Enter")
    expect(page.locator("#users li")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open alice")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="alice", exact=True)).to_be_focused()
    can_be_read(page, f"operator-{SCHEME}", [1280, 360])


STORIES = [
    nobody_else_sees_it,
    lists_users_page_by_page,
    finds_a_user,
    lets_in_at_once_who_failed_too_often,
    ends_one_session,
    resets_the_password,
    disables_and_enables,
    shows_what_happened,
    goes_on_when_the_access_token_is_over,
]


def main():
    global SCHEME
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for SCHEME in ["light", "dark"]:
            page = browser.new_page(color_scheme=SCHEME, reduced_motion="reduce")
            complaints = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if "status of 4" not in said.text else None)
            for story in (STORIES if SCHEME == "light" else []) + [can_be_read_and_used]:
                story(page)
                print(" ", story.__name__.replace("_", " "))
            assert not complaints, complaints
            page.close()
        browser.close()


main()
