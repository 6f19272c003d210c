"""JSON-LD (schema.org) in a page: the node that describes the article, with its references resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

Node = Mapping[str, Any]

_ARTICLE = re.compile(
    r"(?:News|Blog|Tech|Scholarly|Report|Analysis|Opinion|Review|Satirical|Advertiser)?\w*(?:Article|Posting)$|Report$"
)
_LESS = frozenset({"WebPage", "ItemPage", "CreativeWork", "Review", "HowTo", "Recipe", "Product", "Course", "FAQPage"})
_MAX_NODES, _MAX_DEPTH = 5_000, 40


def article(root: etree._Element) -> Node:
    """The best article node of the page, {} when it declares none."""
    nodes = list(_nodes(root))
    best = max(nodes, key=_score, default={})
    return _Resolved(best, {node["@id"]: node for node in nodes if _defines(node)}) if _score(best) > 0 else {}


def is_article(node: Node) -> bool:
    """Whether a node is of an article, and not of the page that it stands on."""
    return any(_ARTICLE.fullmatch(name) for name in types(node))


def prose(root: etree._Element) -> str:
    """The running text that the page declares: bodies of articles, questions and their answers. Markup and all."""
    said = []
    for node in _nodes(root):
        said += [node[key] for key in ("articleBody", "text") if isinstance(node.get(key), str)]
        if "Question" in types(node):
            said += texts(node.get("name"))
    return "\n".join(said)


def is_closed(declared: Node) -> bool:
    """Whether the page declares that it is not free to read."""
    return str(declared.get("isAccessibleForFree", "")).strip().casefold() in {"false", "no", "http://schema.org/false"}


def texts(value: Any) -> list[str]:
    """Strings in a value that may be a string, a node with a name, or a list of these."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return texts(value.get("name") or value.get("@value") or value.get("url"))
    if isinstance(value, list):
        return [text for item in value[:50] for text in texts(item)]
    return []


class _Resolved(dict[str, Any]):
    """A node whose values that are only {"@id": …} are replaced by the node of that id."""

    def __init__(self, node: Node, by_id: Mapping[str, Node]) -> None:
        super().__init__({key: self._resolve(value, by_id) for key, value in node.items()})

    @staticmethod
    def _resolve(value: Any, by_id: Mapping[str, Node]) -> Any:
        if isinstance(value, list):
            return [_Resolved._resolve(item, by_id) for item in value[:50] if not isinstance(item, list)]
        if isinstance(value, Mapping) and isinstance(value.get("@id"), str) and "name" not in value:
            return by_id.get(value["@id"], value)
        return value


def types(node: Node) -> list[str]:
    """The node's types without their vocabulary."""
    return [name.rsplit("/", 1)[-1] for name in texts(node.get("@type"))]


def _score(node: Node) -> int:
    names = types(node)
    kind = 10 if is_article(node) else 2 if _LESS & set(names) else 0
    return (
        kind + sum(1 for key in ("headline", "datePublished", "author", "articleBody") if node.get(key)) if kind else 0
    )


def _defines(node: Node) -> bool:
    return isinstance(node.get("@id"), str) and "name" in node


def _nodes(root: etree._Element) -> Iterator[Node]:
    count = 0
    for script in (script for script in root.iter("script") if "ld+json" in script.get("type", "")):
        for node in _walk(_load("".join(map(str, script.itertext()))), 0):
            count += 1
            if count > _MAX_NODES:
                return
            yield node


def _load(text: str) -> Any:
    """The script's JSON, without the comment or CDATA marks around it; None when it does not parse."""
    text = text.strip().removeprefix("//").strip()
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        text = text.removeprefix(opening).removesuffix(closing).strip()
    text = text.removesuffix("//").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for key, item in value.items():
            if key not in {"isPartOf", "hasPart", "comment", "mentions", "review"} and isinstance(
                item, (Mapping, list)
            ):
                yield from _walk(item, depth + 1)
