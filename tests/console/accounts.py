"""Makes an account in the console, confirms it by the mail of the outbox, and chooses the password anew: accounts.py ADDRESS USERNAME PASSWORD.

The user named is a superuser, who alone sees the outbox."""

import pathlib
import re
import sys

from browser import chromium
from playwright.sync_api import expect, sync_playwright

ADDRESS, OPERATOR, PASSWORD = sys.argv[1:]
FIRST, SECOND = "Zx9-quartz-lamp", "Yw8-marble-desk"
SNIPPET = re.search(r"```js file=latchkey-accounts.mjs\n(.*?)```", pathlib.Path("docs/clients.md").read_text(), re.S)[1]
# A snippet is a module; what a page evaluates is none.
LOAD = f"""([base]) => {{ {SNIPPET.replace("export ", "")}; globalThis.latchkey = accounts(base); }}"""
SHOTS = pathlib.Path("target/tmp")


def sign_in(page, name, password):
    page.goto("about:blank")
    page.goto(f"{ADDRESS}/console")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def signs_up(page):
    page.goto(f"{ADDRESS}/console")
    page.get_by_role("link", name="Make an account").click()
    page.locator("#account").get_by_label("Username").fill("carol")
    page.locator("#account").get_by_label("Email").fill("carol@example.com")
    page.locator("#account").get_by_label("Password").fill("carol")
    make = page.get_by_role("button", name="Make the account")
    make.click()
    expect(page.locator("#account-password-fault")).to_contain_text("This password is too short.")
    expect(page.locator("#account-said")).to_be_empty()
    expect(page.locator("#account").get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    page.screenshot(path=SHOTS / "console-sign-up.png", full_page=True)
    page.locator("#account").get_by_label("Password").fill(FIRST)
    make.click()
    expect(page.locator("#account-said")).to_contain_text("The account is made.")
    sign_in(page, "carol", FIRST)
    expect(page.get_by_role("alert")).to_contain_text("No active account found")


def follows_the_mail(page, kind):
    """The operator opens the latest mail; who gets it would do so elsewhere."""
    sign_in(page, OPERATOR, PASSWORD)
    mail = page.locator("#mails li").first
    expect(mail).to_contain_text(kind)
    mail.locator("summary").click()
    page.screenshot(path=SHOTS / f"console-operator-{kind}.png", full_page=True)
    link = mail.get_by_role("link", name="Open the link").get_attribute("href")
    return f"{ADDRESS}/console#{link.split('#')[1]}"


def cannot_be_sent_before_the_page_knows_its_form(page, link):
    held, path = [], "**/auth/users/activation/"
    page.route(path, lambda route: held.append(route) if route.request.method == "OPTIONS" else route.continue_())
    page.goto("about:blank")
    with page.expect_request(lambda request: request.method == "OPTIONS"):
        page.goto(link)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_be_hidden()
    for route in held:
        route.continue_()
    page.unroute(path)


def confirms(page):
    link = follows_the_mail(page, "activation")
    expect(page.locator("#events")).to_contain_text("Nothing has happened yet.")
    cannot_be_sent_before_the_page_knows_its_form(page, link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#account-said")).to_contain_text("The address is confirmed.")
    assert "activate" not in page.url, page.url
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#account-said")).to_contain_text("Stale token for given user.")
    sign_in(page, "carol", FIRST)
    expect(page.get_by_role("heading", name="Signed in as carol")).to_be_visible()
    expect(page.locator("#operator-part")).to_be_hidden()


def chooses_the_password_anew(page):
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("link", name="choose a forgotten password anew").click()
    page.locator("#account").get_by_label("Email").fill("carol@example.com")
    page.get_by_role("button", name="Send a link").click()
    expect(page.locator("#account-said")).to_contain_text("a mail with a link is on its way")
    link = follows_the_mail(page, "password_reset")
    page.goto("about:blank")
    page.goto(link)
    page.locator("#account").get_by_label("New password").fill(SECOND)
    page.get_by_role("button", name="Save the password").click()
    expect(page.locator("#account-said")).to_contain_text("The password is changed.")
    sign_in(page, "carol", SECOND)
    expect(page.get_by_role("heading", name="Signed in as carol")).to_be_visible()


def changes_the_profile(page):
    """A stolen token takes no account: a new address needs the password."""
    profile = page.locator("#profile")
    expect(profile.get_by_label("Email")).to_have_value("carol@example.com")
    profile.get_by_label("Email").fill("no address")
    save = page.get_by_role("button", name="Save the profile")
    save.click()
    expect(page.locator("#profile-email-fault")).to_contain_text("Enter a valid email address.")
    profile.get_by_label("Email").fill("carol@example.org")
    save.click()
    profile.get_by_label("Current password").fill(SECOND)
    page.screenshot(path=SHOTS / "console-profile.png", full_page=True)
    save.click()
    expect(page.locator("#profile-said")).to_contain_text("Saved.")
    follows_the_mail(page, "activation")
    expect(page.locator("#mails li").first).to_contain_text("carol@example.org")


def runs_the_snippet_of_the_docs(page):
    page.goto(f"{ADDRESS}/console")
    page.evaluate(LOAD, [ADDRESS])
    refused = page.evaluate("latchkey.signUp('dave', 'dave@example.com', 'dave').catch((error) => [error.status, error.fields.password.length > 0])")
    assert refused == [400, True], refused
    made = page.evaluate("(words) => latchkey.signUp(...words)", ["dave", "dave@example.com", FIRST])
    assert made["username"] == "dave", made
    parts = follows_the_mail(page, "activation").split("/")[-2:]
    page.evaluate(LOAD, [ADDRESS])
    assert page.evaluate("(words) => latchkey.confirm(...words)", parts) is None
    page.evaluate("latchkey.forgot('dave@example.com')")
    parts = follows_the_mail(page, "password_reset").split("/")[-2:]
    page.evaluate(LOAD, [ADDRESS])
    page.evaluate("(words) => latchkey.setPassword(...words)", [*parts, SECOND])
    sign_in(page, "dave", SECOND)
    expect(page.get_by_role("heading", name="Signed in as dave")).to_be_visible()


def main():
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for story in [signs_up, confirms, chooses_the_password_anew, changes_the_profile, runs_the_snippet_of_the_docs]:
            story(page)
            print(" ", story.__name__.replace("_", " "))
        assert not complaints, complaints
        browser.close()


main()
