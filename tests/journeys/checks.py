"""What a browser can see of a page that a person would stumble over."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
AXE_RUN = """async () => {
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await axe.run({runOnly: rules, resultTypes: ['violations']});
  return found.violations.map(v =>
    `${v.id} (${v.help}): ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`);
}"""
# Whatever may be scrolled inside its own box, and what only a screen reader meets, is not too wide.
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  const boxed = e => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') return true;
    return false;
  };
  const seen = e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 1 && style.visibility !== 'hidden' && style.clipPath === 'none';
  };
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return (box.right > width + 1 || box.left < -1) && seen(e) && !boxed(e);
  });
  return out.slice(0, 3).map(e => e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join(''));
}"""


def problems_of(page: Page) -> list[str]:
    """Elements wider than the window, and violations of WCAG 2.2 AA that axe finds."""
    wide = [f"wider than the window: {element}" for element in page.evaluate(WIDER)]
    page.evaluate(AXE)
    return wide + [f"inaccessible: {violation}" for violation in page.evaluate(AXE_RUN)]
