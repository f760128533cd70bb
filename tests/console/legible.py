"""Whether a page can be read: contrast, names, width. Screenshots go to target/tmp."""

import pathlib

SHOTS = pathlib.Path("target/tmp")

# Every visible text whose contrast with what is behind it is below WCAG 2.2 AA: 4.5, or 3 for large text.
FAINT = """() => {
  const parsed = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parsed(getComputedStyle(at).backgroundColor);
      if (color[3] === undefined || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
      const style = getComputedStyle(element);
      const [dark, bright] = [light(parsed(style.color)), light(behind(element))].sort((a, b) => a - b);
      const large = parseFloat(style.fontSize) >= 24;
      return { text: element.textContent.trim().slice(0, 40), ratio: (bright + 0.05) / (dark + 0.05), least: large ? 3 : 4.5 };
    })
    .filter(({ ratio, least }) => ratio < least);
}"""

UNNAMED = """() => [...document.querySelectorAll("input, button, a, progress")]
  .filter((element) => element.checkVisibility() && element.ariaHidden !== "true")
  .filter((element) => !(element.labels?.length || element.ariaLabel || element.textContent.trim()))
  .map((element) => element.outerHTML)"""


def can_be_read(page, name, widths=(1280, 390, 320)):
    faint = page.evaluate(FAINT)
    assert not faint, faint
    unnamed = page.evaluate(UNNAMED)
    assert not unnamed, unnamed
    for width in widths:
        page.set_viewport_size({"width": width, "height": 860})
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name}: {wider} px too wide at {width}"
        page.screenshot(path=SHOTS / f"console-{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 860})
