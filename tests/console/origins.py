"""Runs the snippets of docs/clients.md in a real Chromium, on a page of another origin: origins.py ADDRESS USERNAME PASSWORD.

CORS_ALLOWED_ORIGINS is the page's origin; with AUTH_COOKIE_ORIGINS the tokens are in cookies."""

import http.server
import os
import pathlib
import re
import sys
import threading
import time
import urllib.parse

from browser import chromium
from playwright.sync_api import sync_playwright

ADDRESS, USERNAME, PASSWORD = sys.argv[1:]
ORIGIN = os.environ["CORS_ALLOWED_ORIGINS"]
FILE = "latchkey-cookies.mjs" if "AUTH_COOKIE_ORIGINS" in os.environ else "latchkey.mjs"
SNIPPET = re.search(rf"```js file={FILE}\n(.*?)```", pathlib.Path("docs/clients.md").read_text(), re.S)[1]
LIFETIME = 2

LOAD = "async (base) => { globalThis.latchkey = (await import('/latchkey.mjs')).session(base); }"
TEN = """async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => latchkey.call("/api/hello/")));
  return answers.map((answer) => answer.status);
}"""
# What a script sees of one call: the status, what is told of the challenge, or that it may not know.
SEE = """async ([path, options]) => {
  const told = (answer) => [answer.status, answer.headers.get("WWW-Authenticate")];
  return fetch(path, options).then(told, (failure) => failure.name);
}"""


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.path.endswith(".mjs")
        body = (SNIPPET if script else "<!doctype html><title>A page</title>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def see(page, path, **options):
    return page.evaluate(SEE, [ADDRESS + path, options])


def logs_in_and_calls(page):
    page.evaluate(LOAD, ADDRESS)
    page.evaluate("(words) => latchkey.logIn(...words)", [USERNAME, PASSWORD])
    assert page.evaluate(TEN) == [200] * 10


def sees_the_401_and_refreshes_once(page):
    status, challenge = see(page, "/api/hello/", headers={"Authorization": "Bearer x"})
    assert status == 401 and challenge.startswith("Bearer realm="), (status, challenge)
    assert see(page, "/api/hello/")[0] == 401
    time.sleep(LIFETIME + 0.5)
    asked = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/refresh/") else None)
    assert page.evaluate(TEN) == [200] * 10
    assert len([request for request in asked if request.method == "POST"]) == 1, asked


def reads_what_anybody_may_read(page):
    for path in ["/.well-known/jwks.json", "/openapi.json"]:
        assert see(page, path)[0] == 200, path


def logs_out(page):
    page.evaluate("latchkey.logOut()")
    time.sleep(LIFETIME + 0.5)
    assert page.evaluate(TEN) == [401] * 10


def leaves_other_pages_out(browser):
    page = browser.new_page()
    page.goto(serve(0))
    json = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}
    for path, options in [("/api/token/", json), ("/api/hello/", {}), ("/api/hello/", {"headers": {"Authorization": "Bearer x"}})]:
        assert see(page, path, **options) == "TypeError", path
    page.close()


def main():
    serve(urllib.parse.urlsplit(ORIGIN).port)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page()
        page.goto(ORIGIN)
        for story in [logs_in_and_calls, sees_the_401_and_refreshes_once, reads_what_anybody_may_read, logs_out]:
            story(page)
            print(" ", story.__name__.replace("_", " "))
        leaves_other_pages_out(browser)
        browser.close()


main()
