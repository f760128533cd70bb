"""Looks for the rows of users as a hostile page in a real Chromium can: engine.py OPEN PORT...

The ports are those of a service. On the port OPEN the service's engine itself answers: there the page must find the rows."""

import itertools
import sys

from browser import chromium
from playwright.sync_api import sync_playwright

OPEN, *PORTS = sys.argv[1:]
# The page's own name can lead to this machine, too. A page that a test made up seems to come from the internet.
SWITCHES = ["--disable-features=LocalNetworkAccessChecks", "--host-resolver-rules=MAP evil.test 127.0.0.1"]
TYPES = ["text/plain", "application/x-amz-json-1.0"]
MODES = ["cors", "no-cors"]
SCAN = """async ([address, type, mode]) => {
  const headers = { "Content-Type": type, "X-Amz-Target": "DynamoDB_20120810.Scan" };
  const body = JSON.stringify({ TableName: "latchkey-users" });
  return fetch(address, { method: "POST", mode, headers, body }).then((answer) => answer.text(), (failure) => failure.name);
}"""


def open_page(browser, origin):
    page = browser.new_page()
    page.route("**/app", lambda route: route.fulfill(body="<!doctype html><title>A page</title>", content_type="text/html"))
    page.goto(f"{origin}/app")
    return page


def scan(page, address):
    """What the page learns, by each kind of request."""
    return [page.evaluate(SCAN, [address, *kind]) for kind in itertools.product(TYPES, MODES)]


def reads_every_row_where_the_engine_has_a_port(browser):
    page = open_page(browser, f"http://evil.test:{OPEN}")
    told = scan(page, f"http://evil.test:{OPEN}/")
    assert any("admin" in text and "password" in text for text in told), told


def learns_nothing_of_a_service_from_another_origin(browser):
    page = open_page(browser, "http://evil.test")
    answers = []
    page.on("response", lambda answer: answers.append((answer.request.method, answer.status)))
    for host, port in itertools.product(["127.0.0.1", "localhost", "evil.test"], PORTS):
        told = scan(page, f"http://{host}:{port}/")
        # Failed, or opaque: an answer of which a script sees nothing.
        assert set(told) <= {"TypeError", ""}, (host, port, told)
    posted = [status for method, status in answers if method == "POST"]
    assert posted and all(status >= 400 for status in posted), answers


def learns_nothing_of_a_service_by_its_own_name(browser):
    for port in PORTS:
        page = open_page(browser, f"http://evil.test:{port}")
        told = scan(page, f"http://evil.test:{port}/")
        assert not any(word in text for word in ["Items", "admin", "password", "$"] for text in told), (port, told)


def main():
    with sync_playwright() as playwright:
        browser = chromium(playwright, *SWITCHES)
        for story in [
            reads_every_row_where_the_engine_has_a_port,
            learns_nothing_of_a_service_from_another_origin,
            learns_nothing_of_a_service_by_its_own_name,
        ]:
            story(browser)
            print(" ", story.__name__.replace("_", " "))
        browser.close()


main()
