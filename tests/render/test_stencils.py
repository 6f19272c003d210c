"""Pouring words into layout gives what compiling the whole gives, byte for byte, and keeps layout alone."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.models import fill
from newsletter.render import renderer, said, stencils
from newsletter.render.faults import Fault
from newsletter.render.mjml import compile_mjml
from newsletter.render.reader import Include
from newsletter.render.stencils import pour
from newsletter.resources import folder

from .conftest import DATE, SECRET, Digest, Render

HEAD = """
  <mj-head><mj-title>{title}</mj-title><mj-preview>{preview}</mj-preview>
    <mj-attributes><mj-text padding="4px 0" /></mj-attributes>
    <mj-style inline="inline">.a {{ color: red }} .box p {{ margin: 0 }} p[lang=ar] {{ color: blue }}</mj-style>
  </mj-head>"""
PAGE = f"""<mjml lang="en">{HEAD}
  <mj-body width="600px">
    <mj-section css-class="box"><mj-column>
      <mj-text><h1 class="a">{{one}}</h1><p>{{two}} <b>{{three}}</b> {{one}}</p></mj-text>
      <mj-spacer height="10px" />
      <mj-button href="{{address}}">{{two}}</mj-button>
      <mj-text><a href="{{address}}"><img src="{{address}}" alt="{{three}}" width="{{size}}" height="9" /></a></mj-text>
    </mj-column></mj-section>
    <mj-section><mj-column width="30%"><mj-image src="{{address}}" alt="{{one}}" /></mj-column>
      <mj-column width="70%"><mj-text><p lang="ar">{{one}}</p></mj-text></mj-column></mj-section>
  </mj-body>
</mjml>"""
PLAIN = {
    "title": "T", "preview": "P", "one": "One", "two": "Two", "three": "Three", "address": "https://e.example/",
    "size": "20",
}  # fmt: skip

TEXTS = (
    "plain",
    ">",
    "> a >",
    "a &amp; b",
    "&lt;b&gt;",
    "&#34;quoted&#39; &quot;so&quot;",
    "nb\u00a0sp",
    "&#160;x&#160;",
    "\u00a0edge\u00a0",
    "\u3000wide\u2003",
    "❤️ हिन्दी \u200d 👩‍👩‍👧",
    "שלום \u202b مرحبا",
    "back\\slash \\u{200d} \\n",
    "two\nlines\ttab",
    "&nbsp;&copy;&#8217;",
    "{{ x }} {% y %} $1 \\1 %s {0}",
    "it's",
    "a\u2028b\u0085c\u009fd",
    "· dotted ·",
    "zqhole00003",
    "zqhole",
    "é",
    "  blanks  ",
    "\ufffd \ue000 \U0010fffd",
    "]] > x",
    "e\u0301",
    "x" * 3_000,
    "&#65533;",
    "&#x41;",
    "--",
)
ADDRESSES = (
    "https://e.example/a?b=1&amp;c=2#d",
    "http://e.example/ä/ü?q=ö",
    "https://e.example/a b",
    "cid:one@e.example",
    "#here",
    "",
    "https://e.example/&#39;&#34;",
    "https://e.example/a|b^c`d{e}[f]\\g",
    "mailto:a@e.example?subject=x%20y",
    "zslot000",
    "https://e.example/%C3%A4%zz",
    "HTTPS://E.EXAMPLE",
    "tel:+123",
    "//e.example/x",
    "https://e.example/\u00a0\u200d",
    "&amp;amp;",
)
#: The page, changed so that it can't be taken apart, or only just.
SHAPES: tuple[tuple[str, str], ...] = (
    ("<h1", "<!-- {one} --><h1"),
    ("<h1", "<![CDATA[{one}]]><h1"),
    ("<h1", "<style>.x {{ color: {one} }}</style><h1"),
    ("<h1", "<textarea>{one}</textarea><h1"),
    ("<b>", '<b title="{one} > {two}">'),
    ("<b>", '<b alt="{one}" title="x">'),
    ("<b>", "<b>&#160;</b><b> </b><b>"),
    ("<b>", "<b>{one}<br/>{two}<i/>"),
    (".a {", ".a + p, .box p:first-child {{ color: green }} .a {"),
    (".a {", ".box img[alt=One] {{ color: green }} .a {"),
    (".a {", "/* a + b */ .box > tr, p:not([lang]) {{ width: calc(1px + 2px) }} .a {"),
    (".a {", "p:empty {{ color: green }} .a {"),
    ("<mj-spacer ", "<mj-raw><p>{one}</p></mj-raw><mj-spacer "),
    ("<mj-spacer ", '<mj-divider border-color="#123456" /><mj-spacer '),
    ("<mj-spacer ", "<mj-table><tr><td>{one}</td></tr></mj-table><mj-spacer "),
    ("<mj-spacer ", "<mj-text/><mj-text></mj-text><mj-spacer "),
    ("<mj-spacer ", '<mj-text css-class="a">{one}</mj-text><mj-text>{two}</mj-text><mj-spacer '),
    ("<mj-spacer ", "<mj-text><pre>\n {one}\n</pre><ul> <li>{one}</li> {two} </ul></mj-text><mj-spacer "),
    ("<mj-section><mj-column", '<mj-section background-url="{address}"><mj-column'),
    ("<mj-section><mj-column", "<mj-hero><mj-text>{one}</mj-text></mj-hero><mj-section><mj-column"),
    ("<mj-preview>{preview}</mj-preview>", ""),
    ("<mj-title>{title}</mj-title>", ""),
    ("<mj-title>{title}</mj-title>", "<mj-title> {title} &amp; more </mj-title>"),
)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    stencils._frame.cache_clear()
    yield
    stencils._frame.cache_clear()


def outcome(make: Callable[[str], str], mjml: str) -> str | list[tuple[str, int, int]]:
    try:
        return make(mjml)
    except Fault as fault:
        return [(one.reason, one.line, one.column) for one in (fault, *fault.others)]


def same(page: str, words: dict[str, str]) -> None:
    """Poured for the first time, and once more when the layout is known."""
    stencils._frame.cache_clear()
    outcome(pour, page.format(**PLAIN))
    mjml = page.format(**words)
    whole = outcome(compile_mjml, mjml)
    assert outcome(pour, mjml) == whole
    assert outcome(pour, mjml) == whole
    stencils._frame.cache_clear()
    assert outcome(pour, mjml) == whole
    plain = page.format(**PLAIN)
    assert outcome(pour, plain) == outcome(compile_mjml, plain)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_stands_wherever_one_can(text: str) -> None:
    for place in ("title", "preview", "one", "two", "three"):
        same(PAGE, PLAIN | {place: text})


@pytest.mark.parametrize("address", ADDRESSES)
def test_any_address_stands_where_one_can(address: str) -> None:
    same(PAGE, PLAIN | {"address": address})


@pytest.mark.parametrize(
    "text", ["a &b", "&undefined;", "a\x07b", "\ufffe", "]]>", "&#0;", "<b", "a < b", "javascript:x()"]
)
def test_what_the_compiler_refuses_is_refused_with_its_place(text: str) -> None:
    for place in ("title", "preview", "one", "three", "address"):
        same(PAGE, PLAIN | {place: text})


@pytest.mark.parametrize("size", ["20", "020", "20px", "x", "", "2e3"])
def test_a_pictures_size_is_a_number_or_layout(size: str) -> None:
    same(PAGE, PLAIN | {"size": size})


@pytest.mark.parametrize(("found", "instead"), SHAPES)
def test_whatever_cant_be_taken_apart_is_compiled_as_a_whole(found: str, instead: str) -> None:
    page = PAGE.replace(found, instead, 1)
    assert page != PAGE
    same(page, PLAIN)
    same(page, PLAIN | {"one": "&#39;é&#39; &amp; \u00a0x", "two": "other"})


#: A column of its own, with a head: documents that share all layout but for a block.
BARE = (
    "<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{blocks}</mj-column></mj-section></mj-body></mjml>"
)
TEXT = '<mj-text><p title="x">One</p></mj-text>'
PICTURE = '<mj-image alt="One" src="https://e.example/x.png" />'


def in_any_order(*documents: str) -> None:
    """Each comes out the same, whichever was poured before it."""
    for order in (documents, documents[::-1]):
        stencils._frame.cache_clear()
        for mjml in (*order, *order):
            assert outcome(pour, mjml) == outcome(compile_mjml, mjml)


def bare(*blocks: str, head: str = "") -> str:
    return BARE.format(head=head, blocks="".join(blocks))


def test_a_picture_brings_a_style_for_the_head() -> None:
    in_any_order(bare(TEXT), bare(TEXT, PICTURE), bare(PICTURE), bare("<mj-spacer />"))
    in_any_order(bare(TEXT, '<mj-image src="x" title="zqhole" />'), bare(TEXT, PICTURE))


def test_a_font_is_linked_where_a_block_has_it() -> None:
    for name in ("Raleway", "Ubuntu"):
        font = f'<mj-font name="{name}" href="https://e.example/font" />'
        in_any_order(
            bare(TEXT, head=font), bare("<mj-text font-family='Raleway'>x</mj-text>", head=font), bare(head=font)
        )


@pytest.mark.parametrize(
    "default", ['<mj-text height="20px" />', '<mj-all height="20px" />', '<mj-raw css-class="a"/>']
)
def test_defaults_of_a_component_don_t_hide_where_a_block_ends(default: str) -> None:
    head = f"<mj-attributes>{default}</mj-attributes>"
    in_any_order(bare(TEXT, TEXT, head=head), bare(TEXT, "<mj-spacer />", PICTURE, head=head))


@pytest.mark.parametrize(
    "gap", ["\n", " ", "\t\n", " \n ", "\n \n", "\r\n", "\u3000", "\u00a0", "\n\u2028", "\x0b", "\x0c", "\x1c", "\x85"]
)
def test_what_stands_between_two_blocks_is_nothing_only_where_mrml_takes_it_for_that(gap: str) -> None:
    in_any_order(bare(TEXT, TEXT), bare(TEXT, gap, TEXT), bare(gap, TEXT, gap))


@pytest.mark.parametrize(
    "html",
    [
        "<p>a ]]> b</p>",
        "<p>ação> y</p><p>字 > z</p>",
        "<STYLE>a &#34; b</STYLE>",
        "<Script>a &#34; b</Script>",
        "<XMP>&#34;</XMP>",
        "<p title=' alt=\"a&#34;b\"'>x</p>",
        "<p title=' href=\"a b\"'>x</p>",
        '<p title="a\nb" lang="x\r"><img src="https://e.example/" alt="é" align="x\n" /></p>',
        f'<img src="https://e.example/" alt="{"é" * 20_001}" />',
        f'<img src="https://e.example/" alt="{"a" * 20_001}" title="é" />',
        f'<img src="https://e.example/" alt="{"a" * 1_999}" title="é{"b" * 18_500}" />',
    ],
)
def test_text_that_is_none_and_values_that_are_too_long(html: str) -> None:
    plain = re.sub("&#34;|[ãç字]|]]|(?<=a) b", "x", re.sub('alt="[^"]*"', 'alt="x"', html))
    in_any_order(bare(f"<mj-text>{plain}</mj-text>"), bare(f"<mj-text>{html}</mj-text>"))


def test_the_end_of_cdata_is_no_text() -> None:
    for place in ("title", "preview"):
        page = f"<mj-{place}>{{}}</mj-{place}>"
        in_any_order(*(bare(TEXT, head=page.format(text)) for text in ("a x> b", "a ]]> b", "a ]] b", "a ]]")))


@pytest.mark.parametrize(
    "address", ["javascript", "JavaScript/x", "vbscript", "&#160;javascript", "j&#160;avascript", "&#160;", "jam", "#x"]
)
def test_an_address_without_a_scheme_may_be_a_script(address: str) -> None:
    for block in (
        '<mj-button href="{}">x</mj-button>',
        '<mj-image src="{}" />',
        '<mj-text><a href="{}">x</a></mj-text>',
    ):
        in_any_order(bare(block.format("zslot000")), bare(block.format(address)))


@pytest.mark.parametrize(
    "selector",
    [
        "tr:LAST-CHILD",
        r"tr:last-\63hild",
        r"tr:nth-last-\63hild(2)",
        r"a[hr\65 f='https://e.example/a']",
        "a[|href='https://e.example/a']",
        "a[/**/href='https://e.example/a']",
        '[title="{"]:last-child, tr/*{*/:last-child',
    ],
)
def test_a_sheet_may_ask_for_neighbours_in_other_spellings(selector: str) -> None:
    head = f'<mj-style inline="inline">{selector} {{ color: red }}</mj-style>'
    blocks = [
        '<mj-text><a href="https://e.example/a">x</a></mj-text>',
        '<mj-text><a href="https://e.example/b">x</a></mj-text>',
    ]
    in_any_order(bare(*blocks, head=head), bare(blocks[1], head=head), bare(blocks[0], TEXT, head=head))


@pytest.mark.parametrize("pairs", [90_000, 120_000])
def test_more_things_said_than_five_digits_number(pairs: int) -> None:
    mjml = f"<mjml><mj-body><mj-raw>{'a>' * pairs}</mj-raw></mj-body></mjml>"
    assert pour(mjml) == compile_mjml(mjml)


@given(st.text(), st.text(), st.booleans())
def test_any_text_at_all(one: str, two: str, escaped: bool) -> None:
    one, two = (re.sub("[\ud800-\udfff]", "", text) for text in (one, two))
    if escaped:
        one, two = (str(renderer.Markup.escape(text)) for text in (one, two))
    same(PAGE, PLAIN | {"one": one, "three": two, "address": f"https://e.example/{two}"})


def test_every_plain_character_passes_as_it_is() -> None:
    everything = [chr(c) for c in (*range(0x20, 0xD800), *range(0xE000, 0xFFFE))]
    plain = "".join(c for c in everything if not said._STRANGE(c) and c not in '<&"')
    assert len(plain) > 60_000
    page = PAGE.format(**PLAIN | {"one": "x"})
    for at in range(0, len(plain), 1_500):
        mjml = page.replace(">x<", f">x{plain[at : at + 1_500]}x<").replace(
            'alt="x"', f'alt="x{plain[at : at + 1_500]}x"'
        )
        assert pour(mjml) == compile_mjml(mjml)


def test_known_layout_is_not_compiled_again(digest: Digest, render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    render(digest)
    monkeypatch.setattr(stencils, "compile_mjml", lambda *_: pytest.fail("compiled"))
    picks = tuple(
        replace(
            pick, headline=f"{pick.headline} & ‘more’ \u00a0{at}", summary=replace(pick.summary, text="Other words.")
        )
        for at, pick in enumerate(digest.issue.picks)
    )
    sections = []
    for section in digest.issue.sections:
        sections.append(replace(section, title=f"{section.title} *", picks=picks[: len(section.picks)]))
        picks = picks[len(section.picks) :]
    other = replace(digest, issue=replace(digest.issue, sections=tuple(sections)))
    assert "Other words." in fill(render(other).variants[0].html, {})


@pytest.mark.parametrize("theme", ["digest", "links", "magazine"])
@pytest.mark.parametrize("language", ["en", "de", "ja", "ar"])
def test_every_theme_is_poured_as_it_is_compiled(
    theme: str, language: str, digest: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    poured: list[str] = []

    def held(mjml: str, include: Include | None = None) -> str:
        poured.append(pour(mjml, include))
        assert poured[-1] == compile_mjml(mjml, include)
        return poured[-1]

    monkeypatch.setattr(renderer, "pour", held)
    press = renderer.Renderer([folder("templates") / "email"], theme)
    masthead = replace(digest.masthead, language=language)
    texts = [text for text in TEXTS if "{" not in text]  # merge fields
    for text in (None, *texts):
        changed = digest.issue
        if text is not None:
            sections = tuple(
                replace(section, title=text, picks=tuple(replace(p, headline=text, note=text) for p in section.picks))
                for section in changed.sections
            )
            changed = replace(changed, title=text, preheader=text, intro=text, sections=sections)
        press.render(changed, digest.articles, masthead, secret=SECRET, date=DATE)
    assert len(poured) == len(texts) + 1


def test_an_article_more_is_known_layout(digest: Digest, render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame does not count its blocks."""
    render(digest)
    monkeypatch.setattr(stencils, "compile_mjml", lambda *_: pytest.fail("compiled"))
    *before, last = digest.issue.sections
    fewer = replace(digest.issue, sections=(*before, replace(last, picks=last.picks[:-1])))
    assert last.picks[-1].headline not in fill(render(replace(digest, issue=fewer)).variants[0].html, {})


def test_what_is_kept_says_nothing() -> None:
    words = {place: f"{place}zyx" for place in ("title", "preview", "one", "two", "three")}
    pour(PAGE.format(**words, address="https://e.example/zyx", size="77"))
    frames = [frame for frame in _kept() if isinstance(frame, stencils._Frame)]
    assert len(frames) == 1
    kept = repr([vars(frame) for frame in frames])
    assert "<h1" in kept
    assert "zyx" not in kept
    assert "77" not in kept


def test_a_frame_keeps_so_many_blocks_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stencils, "_BLOCKS", 20)
    for number in range(40):
        mjml = PAGE.replace("<b>", f'<b class="n{number}">').format(**PLAIN)
        assert pour(mjml) == compile_mjml(mjml)
        assert all(len(frame._blocks) <= 25 for frame in _kept())


def test_many_threads_pour_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stencils, "_BLOCKS", 6)
    pages = [PAGE.replace("<b>", f'<b class="n{n % 5}">').format(**PLAIN | {"one": f"One {n}"}) for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pour, pages)) == [compile_mjml(page) for page in pages]


def _kept() -> list[stencils._Frame]:
    return [one for one in gc.get_objects() if isinstance(one, stencils._Frame)]
