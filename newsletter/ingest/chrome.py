"""Lines that belong to a page and not to its article: one table of patterns, used on dumps and on extracted HTML.

Each pattern stands for the whole line unless it begins a longer one; what they mean is the name of a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Meaning = Literal[
    "nav", "cta", "comment", "copyright", "related_header", "related_title", "sources_header", "takeaways_header",
    "disclaimer", "author_header", "credit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chrome:
    """A kind of chrome line and how it reads."""

    meaning: Meaning
    pattern: re.Pattern[str]
    #: Longest line, in words, that the pattern is believed on: a sentence about cookies is no cookie banner.
    words: int = 14


def _whole(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{expression})[\s:.…!»›>→+]*", re.IGNORECASE)


def _start(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{expression}).*", re.IGNORECASE | re.DOTALL)


TABLE: tuple[Chrome, ...] = (
    Chrome("copyright", _start(r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}|by\b)"), 40),
    Chrome("copyright", _start(r".{0,80}\b(?:all rights reserved|alle rechte vorbehalten|todos los derechos reservados|tous droits réservés)\b"), 30),
    Chrome("sources_header", _whole(r"(?:sources?|references?|bibliography|works cited|quellen?|quellenangaben?|fuentes?|références|fonti|fontes|bronnen)(?:\s+(?:and|&|und|y|et)\s+(?:further reading|links|references))?"), 5),
    Chrome("takeaways_header", _whole(r"(?:the\s+)?(?:key (?:takeaways?|points?|findings|insights)|takeaways?|highlights|at a glance|tl;?dr|in brief|das wichtigste(?: in kürze)?|auf einen blick|ideas? clave|puntos clave|en résumé|points clés)"), 6),
    Chrome("disclaimer", _start(r"(?:disclaimer|haftungsausschluss|hinweis zur haftung|descargo de responsabilidad|avertissement|editor(?:['’]s)?\s+note|note from the editor)\s*[:—–-]"), 200),
    Chrome("author_header", _whole(r"(?:about|meet) the (?:authors?|writer|contributor)|(?:über|zur?m?) (?:den |die )?autor(?:in|en)?|sobre (?:el|la) autora?|à propos de l['’]auteure?"), 6),
    Chrome("related_header", _whole(
        r"(?:related|similar|recommended|popular|trending|latest|recent|more|other|featured|top|most read|most popular|further|suggested|editor'?s?) ?"
        r"(?:articles?|posts?|stories|story|reading|news|content|topics|reads|picks|coverage|links|blogs?|insights|resources|from .{1,40})?"
        r"(?: (?:for you|now|today|this week|from .{1,40}|in .{1,30}))?|(?:you )?(?:may|might) (?:also )?(?:like|be interested in|enjoy)|you (?:may|might) also (?:like|enjoy|be interested in)"
        r"|up next|what to read next|read next|keep reading|continue reading|more like this|recommended for you|don['’]t miss|in case you missed it|see also"
        r"|ähnliche (?:artikel|beiträge)|das könnte (?:sie|dich) auch interessieren|mehr zum thema|meistgelesen|artículos (?:relacionados|populares)|también te puede interesar|lo más leído|articles? (?:similaires|liés)|à lire aussi|articoli correlati|gerelateerde artikelen"
    ), 9),
    Chrome("related_title", _start(r"(?:read (?:also|more|next)|also read|see also|related(?: (?:article|story|post|reading|coverage))?|more (?:on|from)|further reading|recommended|you (?:may|might) also like|don['’]t miss|up next|watch|lesen sie auch|mehr (?:dazu|zum thema)|lee también|te puede interesar|lire aussi|à lire aussi|leggi anche|lees ook)\s*[:>»→|]"), 40),
    Chrome("comment", _whole(
        r"\d*\s*(?:comments?|replies|responses|kommentare?|comentarios?|commentaires?)(?: \(\d+\))?|(?:leave|post|write|add|submit) (?:a |your )?(?:comment|reply|response)"
        r"|(?:be the first to |join the )(?:comment|conversation|discussion)|(?:log|sign) ?in to (?:comment|reply|leave a comment|post a comment)|(?:view|show|see|load) (?:all )?(?:more )?comments?|cancel reply|no comments(?: yet)?"
        r"|kommentar (?:schreiben|hinterlassen)|kommentieren|deja un comentario|laisser un commentaire|reply|antworten|responder"
    ), 9),
    Chrome("comment", _start(r"your email address will not be published|required fields are marked|save my name,? (?:and )?email|(?:this site uses akismet)|leave a (?:reply|comment)\b|notify me of"), 40),
    Chrome("comment", _whole(r"(?:your )?(?:name|e-?mail|website|url|message|comment|subject|phone)(?: address)?\s*\*?"), 3),
    Chrome("nav", _whole(
        r"skip to (?:main |the )?(?:content|navigation|search|footer)|(?:main |open |close |toggle )?(?:menu|navigation|search|nav)|home(?:page)?|about(?: us)?|contact(?: us)?|search(?: for)?"
        r"|log ?(?:in|out)|sign ?(?:in|up|out)|register|my account|account|cart|faqs?|help|archives?|newsletters?|podcasts?|videos?|careers?|jobs|advertise(?: with us)?|press|sitemap|site map|accessibility|languages?"
        r"|privacy(?: policy| notice)?|cookie(?:s| policy| settings| preferences)|terms(?: (?:of (?:use|service)|and conditions|& conditions|of sale))?|legal(?: notice)?|imprint|impressum|datenschutz|startseite|inicio|accueil|contacto|kontakt"
        r"|do not sell(?: or share)? my personal information|your privacy choices|back to (?:top|home|blog|all|news|articles).{0,30}|(?:[←‹«<]\s*)?(?:back|previous|prev)(?: (?:post|article|story|page))?|next(?: (?:post|article|story|page))?|powered by .{1,40}|table of contents|contents|in this article|on this page|jump to.{0,30}"
    ), 9),
    Chrome("nav", _start(r"[←‹«]\s*\S|(?:home|startseite|inicio)\s*[>»›/|]\s*\S|filed under\b|tagged (?:with|as)\b|posted in\b|tags?\s*:|categor(?:y|ies)\s*:|breadcrumb"), 20),
    Chrome("cta", _whole(
        r"share(?: (?:this|on|via|it|now|with|article).{0,40})?|tweet|pin(?: it)?|e-?mail|print|copy(?: link)?|save|bookmark|like|follow(?: us| me)?(?: on .{1,30})?|facebook|twitter|x|linkedin|instagram|youtube|pinterest|whatsapp|reddit|telegram|mastodon|bluesky|threads|tiktok|rss"
        r"|subscribe(?: (?:now|today|here|to .{1,40}))?|sign up(?: (?:now|today|here|for .{1,40}))?|get in touch|get started|learn more|read more|find out more|see more|show more|load more|view more|view all|see all|shop now|buy now|book (?:now|a demo|a call)|try (?:it )?(?:for )?free|request a demo|contact sales|download(?: now)?|click here|submit|send|enter your e-?mail(?: address)?|advertisement|ad|sponsored|promoted|loading|play|listen|watch(?: now)?|abonnieren|teilen|drucken|suscríbete|compartir|partager|s['’]abonner|mehr erfahren|weiterlesen"
    ), 8),
    Chrome("cta", _start(r"(?:share|follow|join) (?:this|us|me|on|our)\b|subscribe (?:to|for|now)\b|sign up (?:for|to)\b|get (?:the|our) (?:latest|best|newsletter|week)\b|(?:stay|keep) (?:up to date|informed|in the loop|updated)\b|(?:don['’]t )?miss (?:out|a thing|an update)\b|join (?:our|the) (?:newsletter|community|mailing list)|(?:by|when) (?:signing up|subscribing|submitting|clicking|providing)\b|we use cookies|this (?:site|website) uses cookies|by continuing to (?:use|browse)|abonnieren sie|suscríbete|click (?:here|on) to\b|download (?:the|our) app"), 30),
    Chrome("credit", _start(r"(?:photo|image|picture|illustration|graphic|video|credit|foto|bild|imagen)s?(?: (?:credit|courtesy|source|by|via|of))*\s*(?::|by\b|courtesy\b|via\b)|\(?(?:getty images|shutterstock|istock|unsplash|alamy|ap photo|reuters|afp)\b"), 25),
)  # fmt: skip

_SHARE_WORDS = frozenset(
    "share tweet email print facebook twitter x linkedin instagram youtube pinterest whatsapp reddit telegram mastodon "
    "bluesky copy link save mail teilen drucken compartir".split()
)


def meaning(line: str) -> Meaning | None:
    """What kind of chrome a line is, or None when it reads as part of an article."""
    text = " ".join(line.split()).strip("•·|*# ")
    words = text.split()
    for chrome in TABLE:
        if len(words) <= chrome.words and chrome.pattern.fullmatch(text):
            return chrome.meaning
    if 1 < len(words) <= 12 and all(word.casefold().strip("|/·,") in _SHARE_WORDS for word in words):
        return "cta"
    return None
