"""Visits the console in a real Chromium: visit.py ADDRESS USERNAME PASSWORD. Screenshots go to target/tmp."""

import json
import sys
import urllib.request

from browser import chromium
from legible import SHOTS, can_be_read
from playwright.sync_api import expect, sync_playwright

ADDRESS, USERNAME, PASSWORD = sys.argv[1:]
NEW = "walrus on stilts"


def log_in_elsewhere(password):
    body = json.dumps({"username": USERNAME, "password": password}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "a-phone/1.0"}
    with urllib.request.urlopen(urllib.request.Request(f"{ADDRESS}/api/token/", body, headers)) as answer:
        return json.load(answer)


def sign_in(page, password):
    """By keyboard alone."""
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(USERNAME)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def refuses_a_wrong_password(page):
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("No active account found with the given credentials.")
    page.reload()


def leaves_the_focus_with_who_types(page):
    """What loads late, loads once the name is typed."""
    late = []
    expect(page.locator("#account-links")).to_be_visible()
    page.route("**/console-accounts.js", lambda route: late.append(route))
    with page.expect_request("**/console-accounts.js"):
        page.reload()
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.press("Tab")
    late[0].continue_()
    expect(page.locator("#account-links")).to_be_visible()
    expect(page.locator("#password")).to_be_focused()
    page.unroute("**/console-accounts.js")
    page.reload()


def says_that_accounts_are_off(page):
    page.get_by_role("link", name="Make an account").click()
    expect(page.locator("#account-said")).to_contain_text("ACCOUNTS=djoser")
    page.get_by_role("link", name="Back to sign in").click()
    expect(page.locator("#name")).to_be_focused()


def shows_both_tokens(page):
    sign_in(page, PASSWORD)
    expect(page.get_by_role("heading", name=f"Signed in as {USERNAME}")).to_be_focused()
    tokens = page.locator(".token")
    expect(tokens).to_have_count(2)
    expect(tokens.first).to_contain_text("access")
    expect(tokens.last).to_contain_text("refresh")
    first = tokens.first.locator(".count").inner_text()
    page.wait_for_function("(was) => document.querySelector('.count').textContent < was", arg=first)


def asks_the_service(page):
    said = page.get_by_role("status")
    page.get_by_role("button", name="Call the protected endpoint").click()
    expect(said).to_contain_text("Hello, World!")
    before = page.locator(".token").last.locator(".raw").text_content()
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(said).to_contain_text("A new pair")
    assert page.locator(".token").last.locator(".raw").text_content() != before
    page.get_by_role("button", name="Verify", exact=True).click()
    expect(said).to_contain_text("The refresh token is good.")
    page.get_by_role("button", name="Try a tampered token").click()
    expect(said).to_contain_text("401")
    expect(said).to_contain_text("token_not_valid")


def ends_another_session(page):
    log_in_elsewhere(PASSWORD)
    page.get_by_role("button", name="Refresh", exact=True).click()
    phone = page.get_by_role("button", name="Sign out a-phone/1.0 from 127.0.0.1")
    phone.click()
    expect(phone).to_have_count(0)
    expect(page.locator("#sessions li").filter(has_text="This one")).to_have_count(1)


def changes_the_password(page):
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password").fill(NEW)
    change = page.get_by_role("button", name="Change password")
    change.click()
    expect(page.locator("#old-fault")).to_contain_text("entered incorrectly")
    expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Current password").fill(PASSWORD)
    change.click()
    expect(page.get_by_role("status")).to_contain_text("New password has been saved.")
    assert PASSWORD not in page.locator("body").inner_text() + page.locator(".sent").first.text_content()
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    sign_in(page, NEW)
    expect(page.get_by_role("heading", name=f"Signed in as {USERNAME}")).to_be_visible()


def keeps_nothing(page):
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.href]")
    assert kept == [0, 0, "", f"{ADDRESS}/"], kept
    page.reload()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    sign_in(page, NEW)
    expect(page.get_by_role("heading", name=f"Signed in as {USERNAME}")).to_be_visible()


def tells_when_a_token_has_expired(page):
    page.clock.install()
    page.clock.fast_forward("06:00")
    expect(page.locator(".token").first).to_contain_text("Expired")


def shows_where_the_focus_is(page):
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid", style


def tries_the_api(page):
    """A login fills in its token wherever one is asked for."""
    obtain, hello = page.locator("#obtain"), page.locator("#hello")
    for operation in [obtain, hello]:
        operation.get_by_text("Try it").click()
    obtain.get_by_label("Body").fill(json.dumps({"username": USERNAME, "password": PASSWORD}))
    expect(obtain.locator(".curl")).to_contain_text(f"--data-raw '{{\"username\": \"{USERNAME}\"")
    obtain.get_by_role("button", name="Send").click()
    expect(obtain.get_by_role("status")).to_contain_text("access")
    expect(hello.locator(".curl")).to_contain_text("-H 'Authorization: Bearer eyJ")
    hello.get_by_role("button", name="Send").click()
    expect(hello.get_by_role("status")).to_contain_text("Hello, World!")


def describes_the_api(browser, scheme):
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(ADDRESS)
    page.get_by_role("link", name="API").click()
    expect(page.get_by_role("heading", name="Latchkey API")).to_be_visible()
    described = json.load(urllib.request.urlopen(f"{ADDRESS}/openapi.json"))["paths"]
    operations = page.locator("article.operation").filter(has=page.locator(".path"))
    expect(operations).to_have_count(sum(len(does) for does in described.values()))
    links = page.get_by_role("navigation", name="Operations").get_by_role("link")
    expect(links).to_have_count(operations.count() + 1)
    obtain = page.locator("#obtain")
    expect(obtain.get_by_role("row", name="password string")).to_be_visible()
    expect(page.get_by_role("region", name="Failures")).to_contain_text("No active account found with the given credentials")
    expect(page.locator("#hello")).to_contain_text("Authorization: Bearer")
    expect(obtain).not_to_contain_text("Authorization: Bearer")
    assert "`" not in page.locator("main").inner_text() and "undefined" not in page.locator("main").inner_text()
    tries_the_api(page)
    can_be_read(page, f"{scheme}-docs")
    page.goto(f"{ADDRESS}/docs#change_password")
    expect(page.locator("#change_password")).to_be_in_viewport()
    assert not complaints, complaints
    page.close()
    print(f"  describes the api by {scheme}")


def works_below_a_stage(browser):
    """As API Gateway serves it: everything behind /v1."""
    page = browser.new_page()
    page.route("**/v1/**", lambda route: route.continue_(url=route.request.url.replace("/v1/", "/")))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{ADDRESS}/v1/console")
    sign_in(page, PASSWORD)
    page.get_by_role("button", name="Call the protected endpoint").click()
    expect(page.get_by_role("status")).to_contain_text("Hello, World!")
    page.get_by_role("link", name="API").click()
    expect(page.get_by_role("heading", name="Latchkey API")).to_be_visible()
    astray = [url for url in asked if not url.startswith(f"{ADDRESS}/v1/")]
    assert len(asked) > 10 and not astray, astray
    page.close()
    print("  works below a stage")


def visit(browser, scheme):
    print(f"by {scheme}:")
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "status of 40" not in said.text else None)
    page.goto(ADDRESS)
    can_be_read(page, f"{scheme}-door")
    shows_where_the_focus_is(page)
    page.reload()
    stories = [refuses_a_wrong_password, leaves_the_focus_with_who_types, says_that_accounts_are_off, shows_both_tokens, asks_the_service, ends_another_session]
    if scheme == "light":
        stories += [changes_the_password, keeps_nothing, asks_the_service]
    else:
        stories = [shows_both_tokens, asks_the_service]
    for story in stories:
        story(page)
        print(" ", story.__name__.replace("_", " "))
    for title in page.locator("summary").all():
        title.click()
    can_be_read(page, f"{scheme}-room")
    moves = page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration")
    assert moves in ("0s", ""), moves
    tells_when_a_token_has_expired(page)
    can_be_read(page, f"{scheme}-expired")
    assert not complaints, complaints
    page.close()


def main():
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        global PASSWORD
        works_below_a_stage(browser)
        for scheme in ["light", "dark"]:
            describes_the_api(browser, scheme)
            visit(browser, scheme)
            PASSWORD = NEW
        browser.close()


main()
