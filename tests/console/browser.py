"""The browser of these tests."""

import shutil

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium(playwright, *further):
    """Opened with these switches beside."""
    found = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    assert found, "Chromium is missing: apt install chromium"
    return playwright.chromium.launch(executable_path=found, args=[*SWITCHES, *further])
