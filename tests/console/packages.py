"""Visits the description of the API with LEGACY=jwt and OAUTH_CLIENTS in a real Chromium: packages.py ADDRESS USERNAME PASSWORD."""

import json
import sys

from browser import chromium
from legible import can_be_read
from playwright.sync_api import expect, sync_playwright

ADDRESS, USERNAME, PASSWORD = sys.argv[1:]


def tried(page, operation, body=None):
    """Sends what stands in the form of an operation."""
    form = page.locator(f"#{operation}")
    if body is not None:
        form.get_by_label("Body").fill(json.dumps(body))
    form.get_by_role("button", name="Send").click()
    return form.get_by_role("status")


def tries_the_older_package(page):
    """A login fills in its token, behind the word that the package takes."""
    for operation in ["legacy_obtain", "legacy_auth"]:
        page.locator(f"#{operation}").get_by_text("Try it").click()
    expect(tried(page, "legacy_obtain", {"username": USERNAME, "password": PASSWORD})).to_contain_text("token")
    expect(page.locator("#legacy_auth .curl")).to_contain_text("-H 'Authorization: JWT eyJ")
    expect(tried(page, "legacy_auth")).to_contain_text("Hello, World!")


def asks_about_a_token(page):
    page.locator("#introspect").get_by_text("Try it").click()
    asked = {"token": "none", "client_id": "shop"}
    expect(tried(page, "introspect", {**asked, "client_secret": "wrong"})).to_contain_text("invalid_client")
    expect(tried(page, "introspect", {**asked, "client_secret": "0123456789abcdef"})).to_contain_text('"active": false')


with sync_playwright() as playwright:
    browser = chromium(playwright)
    page = browser.new_page(reduced_motion="reduce")
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{ADDRESS}/docs")
    expect(page.locator("#legacy_auth")).to_contain_text("Authorization: JWT")
    expect(page.locator("#hello")).to_contain_text("Authorization: Bearer")
    assert "`" not in page.locator("main").inner_text() and "undefined" not in page.locator("main").inner_text()
    for story in [tries_the_older_package, asks_about_a_token]:
        story(page)
        print(" ", story.__name__.replace("_", " "))
    can_be_read(page, "packages-docs")
    assert not complaints, complaints
    browser.close()
