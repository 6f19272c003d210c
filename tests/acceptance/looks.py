"""What a person would see at once on a page, found by machine: boxes that stick out, overlap or are cut off; and its
picture, small and grey, to be compared with the one that somebody approved.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

APPROVED = Path(__file__).resolve().parent / "approved"
#: `make approve` sets it: pictures are then taken, not compared.
APPROVING = os.environ.get("APPROVE") == "1"
#: CSS pixels a side of one pixel of an approved picture, and its shades of grey.
SCALE, SHADES = 4, 16
#: A pixel differs from this on (0 to 255), which no other smoothing of letters reaches; and how many may.
DIFFERS, MAY_DIFFER = 64, 0.004

#: Elements outside the page, lines that end in a dot between two facts, elements with text or pictures that
#: overlap, and text cut off by its own or an outer box.
FAULTS = """width => {
    const shown = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden'
    const name = e => e.outerHTML.slice(0, 80)
    const all = [...document.querySelectorAll('h1,h2,h3,p,a,td,img,li,blockquote,pre,bdi,span')].filter(shown)
    const out = []
    if (document.documentElement.scrollWidth > width) out.push('scrolls to ' + document.documentElement.scrollWidth)
    for (const e of all) {
        const b = e.getBoundingClientRect()
        if (b.right > width + 0.5 || b.left < -0.5) out.push('sticks out: ' + name(e))
        for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
            const style = getComputedStyle(p), c = p.getBoundingClientRect()
            if (style.overflow === 'visible' || c.height < 4) continue
            if (b.right > c.right + 1 || b.bottom > c.bottom + 1 || b.left < c.left - 1)
                out.push('is cut off: ' + name(e))
        }
    }
    const boxes = all.filter(e => e.matches('h1,h2,h3,p,li,blockquote,img,pre') && !e.querySelector('p,li'))
        .map(e => [e, e.getBoundingClientRect()])
    boxes.forEach(([e, a], at) => boxes.slice(at + 1).forEach(([f, b]) => {
        if (!e.contains(f) && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) out.push(name(e) + ' overlaps ' + name(f))
    }))
    for (const e of document.querySelectorAll('p,li')) {
        if (!e.textContent.includes('·')) continue
        const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), seen = []
        for (let text = walk.nextNode(); text; text = walk.nextNode())
            [...text.data].forEach((letter, at) => {
                const range = document.createRange()
                range.setStart(text, at), range.setEnd(text, at + 1)
                if (letter.trim() && range.getClientRects().length)
                    seen.push([letter, range.getBoundingClientRect()])
            })
        seen.forEach(([letter, box], at) => {
            const next = seen[at + 1]
            if (letter === '·' && (!next || next[1].top > box.bottom - 2)) out.push('a line ends in a dot: ' + name(e))
        })
    }
    return out
}"""

#: What is smaller than a finger (WCAG 2.2, 2.5.8 asks for 24; here for more): links that stand by themselves.
CRAMPED = """least => [...document.querySelectorAll('.foot a, .b a')]
    .filter(e => e.getBoundingClientRect().height < least).map(e => e.outerHTML.slice(0, 80))"""

#: How wide some letters are in each list of fonts a page uses: other fonts give other numbers.
_FONTS = """() => {
    const used = new Set([...document.querySelectorAll('h1,h2,p,a')].map(e => getComputedStyle(e).fontFamily))
    const pen = document.createElement('canvas').getContext('2d')
    return Object.fromEntries([...used].sort().map(family => { pen.font = '100px ' + family
        return [family, Math.round(pen.measureText('Handgloves 0123 → العدد').width)] }))
}"""


def picture(page: Page) -> Image.Image:
    """The whole page, a quarter as wide, in 16 shades of grey."""
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    small = shot.resize((shot.width // SCALE, shot.height // SCALE), Image.Resampling.BOX)
    return small.quantize(SHADES, dither=Image.Dither.NONE)


def compare(page: Page, name: str) -> None:
    """Fail when the page does not look as approved; with `make approve`, approve it.

    Skips, and says so, where the page's fonts are not those of the approved picture: no tolerance would do.
    """
    path = APPROVED / f"{name}.png"
    fonts = page.evaluate(_FONTS)
    now = picture(page)
    if APPROVING:
        APPROVED.mkdir(exist_ok=True)
        _keep_fonts(fonts)
        now.save(path, optimize=True)
        return
    assert path.is_file(), f"no approved picture {path.name}: look at the page, then run make approve"
    known = json.loads((APPROVED / "fonts.json").read_text("utf-8"))
    if any(known.get(family, width) != width for family, width in fonts.items()):
        pytest.skip("other fonts than the approved pictures have (Debian: fonts-liberation, fonts-dejavu-core)")
    difference = differing(now, Image.open(path))
    if difference > MAY_DIFFER:
        taken = Path(os.environ.get("TMPDIR", "/tmp")) / f"{name}.png"
        now.save(taken)
        pytest.fail(
            f"{difference:.1%} of {path.name} looks different: compare {taken}; run make approve if it is right"
        )


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ, from 0 to 1; what only one picture has differs."""
    a, b = (np.asarray(image.convert("L"), dtype=np.int16) for image in (one, other))
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    same = np.abs(a[:height, :width] - b[:height, :width]) < DIFFERS
    return float(1 - same.sum() / max(a.size, b.size))


def _keep_fonts(fonts: dict[str, Any]) -> None:
    path = APPROVED / "fonts.json"
    known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    path.write_text(json.dumps(known | fonts, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
