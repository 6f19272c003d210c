"""Checkups that make a check speak, and keep it silent; what only a rendered mail or evidence shows stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from newsletter.models import Picture, Seen, Summary
from newsletter.preflight import Checkup, Dns, Spam, Tried

Make = Callable[[Any], Checkup]


@dataclass(frozen=True)
class Pair:
    fails: Make
    passes: Make
    severity: str
    #: Words the finding's message must have.
    says: str


def link(href: str, text: str = "the page") -> Make:
    return lambda b: b.body(f'<p><a href="{href}">{text}</a></p>')


def summary(text: str) -> Make:
    return lambda b: b.picks(b.pick(1, summary=Summary(text, "editor")), b.pick(2))


def body(markup: str) -> Make:
    return lambda b: b.body(markup)


def setting(**changes: Any) -> Make:
    return lambda b: b.sound(**changes)


def issue(**changes: Any) -> Make:
    return lambda b: b.issue(**changes)


def tried(href: str, **answer: Any) -> Make:
    """The mail with a link that was asked for."""
    what = {"url": href, "status": 200} | answer
    return lambda b: replace(link(href)(b), tried={href: Tried(**what)})


def picture(**answer: Any) -> Make:
    """The sound mail, whose first picture was asked for."""
    address = "https://lowerhalf.press/1.png"
    what = {"url": address, "status": 200, "size": 40_000} | answer
    return setting(tried={address: Tried(**what)})


def seen(**changes: Any) -> Make:
    """The sound mail with a picture that was looked at."""
    sound = Seen("article 1", "pictures/chart.png", Picture("image/png", 1200, 800, 90_000), 600, enclosed=80_000)
    return setting(pictures=(replace(sound, **changes),))


def head(css: str, markup: str = "") -> Make:
    """The mail with more CSS in its head, and more HTML."""

    def make(b: Any) -> Checkup:
        checkup = b.body(markup)
        variant = checkup.edition.variants[0]
        first = variant.html[0].replace("</head>", f"<style>{css}</style></head>")
        return replace(
            checkup, edition=replace(checkup.edition, variants=(replace(variant, html=(first, *variant.html[1:])),))
        )

    return make


def articles(*changes: dict[str, Any]) -> Make:
    return lambda b: b.articles(*(b.article(number, **change) for number, change in enumerate(changes, 1)))


RELAY = ("mx.lowerhalf.press",)
OWN_KEY = (("lowerhalf.press", "s1"),)
ALIEN_KEY = (("mailer.example", "s1"),)
DMARC = Dns("v=spf1 mx -all", "v=DMARC1; p=none", "lowerhalf.press", {"s1._domainkey.lowerhalf.press": True})
REJECT = replace(DMARC, dmarc="v=DMARC1; p=reject; aspf=s")
SPAM = Spam("SpamAssassin 4.0.1", 6.1, 5.0, ((3.0, "SUBJ_ALL_CAPS", "Subject is all capitals"),))
LIST_HEADERS = {
    "list-unsubscribe": "<https://news.lowerhalf.press/u/x>",
    "list-unsubscribe-post": "List-Unsubscribe=One-Click",
}
GRID = '<div style="display:grid"><p style="position:absolute">x</p><p style="float:left">y</p></div>'

FURTHER: dict[str, Pair] = {
    "size.text": Pair(
        lambda b: b.variant(text=("word " * 21_000, *b.sound().edition.variants[0].text)), setting(), "warning", "105,"
    ),
    "links.tracking": Pair(
        link("https://x.press/9?utm_source=feed&id=3"), link("https://x.press/9?id=3"), "warning", "utm_source"
    ),
    "links.nowhere": Pair(body("<a>More</a>"), body('<a name="top"></a>'), "warning", "More"),
    "rendering.variants": Pair(setting(beyond=(2, 1_250)), setting(), "warning", "1,250 subscribers get the nearest"),
    "reach.dead": Pair(
        tried("https://x.press/9", url=None, status=404, fault="there is nothing at this address (404)"),
        tried("https://x.press/9"),
        "error",
        "nothing at this address",
    ),
    "reach.unasked": Pair(
        tried("https://x.press/9", url=None, status=None, fault="can't be reached", host="unknown"),
        tried("https://x.press/9"),
        "warning",
        "1 link could not be asked: no name server says where to find x.press",
    ),
    "reach.moved": Pair(
        tried("https://x.press/9", moved="https://x.press/nine"), tried("https://x.press/9"), "note", "moved for good"
    ),
    "reach.picture": Pair(picture(status=404, fault="gone"), picture(), "error", "can't be had"),
    "images.left_out": Pair(
        seen(picture=None, enclosed=None, fault="it is damaged (cut short)", mend="take another"),
        seen(),
        "warning",
        "it is damaged",
    ),
    "images.out_of_place": Pair(
        issue(intro="![a cat](https://x.press/cat.png)"),
        issue(intro="Write `![a cat](https://x.press/cat.png)`"),
        "warning",
        "only its words are printed: “a cat”",
    ),
    "images.kind": Pair(
        seen(address="https://x.press/a", enclosed=None, picture=Picture("image/webp", 1200, 800, 9_000)),
        seen(address="https://x.press/a", picture=Picture("image/webp", 1200, 800, 9_000)),
        "warning",
        "WebP, which Outlook",
    ),
    "images.size_unknown": Pair(
        seen(address="https://x.press/a.png", picture=None, enclosed=None),
        seen(address="https://x.press/a.png", enclosed=None),
        "note",
        "nobody has looked",
    ),
    "images.shape": Pair(
        seen(picture=Picture("image/png", 300, 200, 9_000)), seen(), "note", "300 by 200 pixels; its place is 600"
    ),
    "images.heavy": Pair(seen(enclosed=900_000), seen(enclosed=400_000), "warning", "0.9 MB to every mail"),
    "content.no_default": Pair(
        issue(intro="Good morning {{ subscriber.name }}!"),
        issue(intro='Good morning {{ subscriber.name | default("reader") }}, or {{subscriber.email}}!'),
        "warning",
        "nothing stands in for {{ subscriber.name }}",
    ),
    "content.shouts": Pair(
        lambda b: b.picks(b.pick(1, headline="READ THIS NOW")),
        lambda b: b.picks(b.pick(1, headline="NASA and the ESA")),
        "warning",
        "all capitals",
    ),
    "content.story_told": Pair(
        setting(told={2: (9, "The loop, elsewhere")}), setting(told={2: (12, "x")}), "warning", "issue 9 had its story"
    ),
    "content.same_story": Pair(
        articles({"story": 4}, {"story": 4}), articles({"story": 4}, {"story": 5}), "warning", "article 1 covers"
    ),
    "content.stale": Pair(
        lambda b: b.articles(b.article(1, published=b.now - timedelta(days=90))),
        lambda b: b.articles(b.article(1, published=b.now - timedelta(days=20))),
        "warning",
        "90 days ago",
    ),
    "wording.merge_field": Pair(
        issue(intro="Hello {{ subscriber.nmae }}!"),
        issue(
            intro='Hello {{ subscriber.name | default("you") }}, \\{{ this }}, {x}, %PATH%, 100% OR `{name}` is printed'
        ),
        "error",
        "nmae",
    ),
    "access.contrast": Pair(
        body('<p style="color:#999">Grey on white</p>'),
        body('<p style="color:#666">Grey on white</p>'),
        "warning",
        "2.8",
    ),
    "access.contrast_dark": Pair(
        head(
            "@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #9cf } }",
            '<p style="color:#222">Ink that stayed</p>',
        ),
        head("@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #9cf } }"),
        "warning",
        "in dark mode",
    ),
    "access.text_size": Pair(
        body('<p style="font-size:11px">Small print</p>'),
        head(
            "@media (max-width: 480px) { .s { font-size: 15px !important } }",
            '<p class="s" style="font-size:11px">Small print</p>',
        ),
        "warning",
        "11 px",
    ),
    "deliverability.text_alike": Pair(
        lambda b: replace(b.variant(text=("another story altogether " * 30, *b.sound().edition.variants[0].text[1:]))),
        setting(),
        "warning",
        "of the HTML's words",
    ),
    "deliverability.picture_share": Pair(
        body('<img src="https://x.press/a.png" alt="A poster" width="600" height="1400">'),
        body('<img src="https://x.press/a.png" alt="A chart" width="120" height="80">'),
        "warning",
        "is pictures",
    ),
    "deliverability.spam": Pair(
        setting(spam=SPAM),
        setting(spam=None),
        "error",
        "6.1 points, and calls mail spam from 5 on: Subject is all capitals (SUBJ_ALL_CAPS, 3)",
    ),
    "authentication.unsubscribe_header": Pair(
        setting(headers={"subject": "x"}), setting(headers=LIST_HEADERS), "error", "no List-Unsubscribe"
    ),
    "authentication.signed": Pair(
        setting(dkim=(), relay_hosts=RELAY), setting(dkim=OWN_KEY, relay_hosts=RELAY), "warning", "not signed"
    ),
    "authentication.aligned": Pair(
        setting(dkim=ALIEN_KEY), setting(dkim=(*ALIEN_KEY, *OWN_KEY)), "warning", "signed by mailer.example"
    ),
    "authentication.records": Pair(
        setting(dns=replace(DMARC, dkim_keys={"s1._domainkey.lowerhalf.press": False})),
        setting(dns=DMARC),
        "error",
        "no key at s1._domainkey",
    ),
    "clients.score": Pair(body(GRID), body('<p style="border-radius:3px">x</p>'), "warning", "of 100 points"),
    "clients.breaks": Pair(
        body('<p style="position:absolute">x</p>'), body('<p style="margin:3px">x</p>'), "warning", "position fails"
    ),
    "clients.plainer": Pair(
        body('<p style="text-shadow:0 0 1px #000">x</p>'), body('<p style="color:#000">x</p>'), "note", "text-shadow"
    ),
}

#: (check, checkup, severity, words of its message)
FURTHER_GRADES: list[tuple[str, Make, str, str]] = [
    (
        "links.tracking",
        body('<a href="https://x.press/?fbclid=1">a</a><a href="https://x.press/?gclid=2">b</a>'),
        "warning",
        "2 links carry",
    ),
    ("reach.dead", tried("https://x.press/9", url=None, status=403, fault="refused"), "warning", "refused"),
    ("reach.moved", tried("https://x.press/9", moved="https://x.press/"), "warning", "front page"),
    ("images.kind", seen(address="https://x.press/a.svg?v=1", picture=None, enclosed=None), "warning", "is SVG"),
    ("images.shape", seen(picture=Picture("image/png", 700, 1500, 9_000)), "note", "so tall a one is shown narrow"),
    ("reach.picture", picture(size=900_000), "warning", "0.9 MB"),
    ("reach.picture", picture(size=None, status=None, fault="no answer"), "warning", "no answer"),
    ("content.subject_long", issue(subject="word " * 12), "note", "an iPhone shows about 41"),
    ("content.shouts", issue(preheader="Forty lines in all, and what they did to us!!"), "warning", "punctuation"),
    ("wording.merge_field", issue(outro="Bye {subscriber.name}"), "error", "{subscriber.name}"),
    ("wording.merge_field", issue(outro="Bye {{ name }}"), "error", "{{ name }}"),
    ("wording.merge_field", issue(subject="Hello {name}"), "error", "{name}"),
    ("wording.merge_field", issue(intro="Hello {first_name}"), "error", "{first_name}"),
    ("wording.merge_field", issue(intro="Hello *|FNAME|*"), "error", "*|FNAME|*"),
    ("wording.merge_field", issue(intro="Hello %FIRSTNAME%"), "error", "%FIRSTNAME%"),
    ("wording.merge_field", issue(preheader="Hello [[name]]"), "error", "[[name]]"),
    ("wording.merge_field", issue(outro="Bye ${name}"), "error", "${name}"),
    ("wording.placeholder", issue(outro="Dear [First Name]"), "warning", "[First Name]"),
    ("wording.placeholder", issue(outro="A figure TK"), "warning", "TK"),
    ("wording.invisible", issue(subject="A private sign \ue000 here"), "warning", "U+E000"),
    ("wording.invisible", issue(intro="مع \u2068Ada\n\u2069 هنا"), "warning", "not in pairs: U+2068, U+2069"),
    ("wording.invisible", issue(outro="\u2066a\u2067b\u2069 c"), "warning", "not in pairs: U+2066"),
    ("deliverability.spam", setting(spam=replace(SPAM, score=3.4)), "warning", "3.4 points"),
    ("deliverability.spam", setting(spam=replace(SPAM, score=1.4)), "note", "1.4 points"),
    (
        "deliverability.spam",
        setting(spam=replace(SPAM, score=-0.1, rules=())),
        "note",
        "-0.1 points, and calls mail spam from 5 on",
    ),
    ("deliverability.spam", setting(spam=Spam("SpamAssassin", fault="it is ill")), "note", "no score: it is ill"),
    (
        "authentication.unsubscribe_header",
        setting(headers=LIST_HEADERS | {"list-unsubscribe-post": ""}),
        "warning",
        "Post",
    ),
    ("authentication.aligned", setting(dkim=ALIEN_KEY, dns=REJECT), "error", "signed by mailer.example"),
    ("authentication.records", setting(dns=Dns()), "warning", "no DMARC"),
    ("clients.score", body(GRID * 9 + "<form><video></video><svg></svg></form>"), "error", "of 100 points"),
]
