"""What trafilatura finds on a page, as text: its own steps, without those that this page does not need.

`bare_extraction` copies the page four times, and tries expressions on every element for parts that few pages have.
`fast` takes the same steps in the same order, with one copy; where they find so little that more steps would follow
(one page in fourteen), it finds nothing, and the slower ways are asked at once.
"""

from __future__ import annotations

import logging
import re
from copy import copy
from functools import cache
from itertools import chain
from typing import Any

from lxml import etree

from newsletter.ingest.html.asking import Asked

#: Its own on odd markup.
_FAULTS = (ValueError, AttributeError, IndexError, KeyError, TypeError)
_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
#: More characters than it can count on a page: all of them, and a space at both ends of every element.
_MOST = etree.XPath("string-length(normalize-space(string((/*|//body)[last()]))) + 2 * count(descendant-or-self::*)")
#: What a path of trafilatura's looks for in names.
_WORD = re.compile(r"'([^']+)'")


def fast(root: etree._Element) -> str | None:
    """What its rules find alone; None where that is so little that it would look for more."""
    try:
        return _by_rules(root)
    except _FAULTS:
        return None


def slow(root: etree._Element) -> str:
    """What is best of its rules, readability and jusText; "" for nothing."""
    from trafilatura import bare_extraction

    try:
        document = bare_extraction(root, options=_options(False))
    except _FAULTS:
        return ""
    return str(getattr(document, "text", "") or "")


def _by_rules(root: etree._Element) -> str | None:
    core = _steps()
    options = _options(True)
    if _has_unwanted(root):
        if core._forum_thread_page(root):  # noqa: SLF001 - as its own sequence does
            return None
        root = core.prune_unwanted_nodes(copy(root), core.RAW_TREE_PRUNE_XPATH)
        root = core.prune_unwanted_nodes(root, core.REMOVE_COMMENTS_AND_LISTS_XPATH)
    cleaned = core.tree_cleaning(copy(root), options)
    body, text = core.extract_content(core.convert_tags(cleaned, options), options)
    if len(text) < options.min_extracted_size or _is_little(text, root):
        return None
    return str(core.xmltotxt(body, options.formatting))


def _is_little(text: str, root: etree._Element) -> bool:
    """Whether a text is so small a part of the page that it looks for more."""
    core = _steps()
    if len(text) >= core.ESCALATION_MAX_LENGTH:
        return False
    share = float(core.ESCALATION_PAGE_SHARE)
    most: Any = _MOST(root)
    return len(text) < share * most and len(text) < share * len(core.html2txt(root))


def _has_unwanted(root: etree._Element) -> bool:
    """Whether an element may have the name of comments, or of further articles that follow without end."""
    names: list[Any] = [_CLASSES(root), _IDS(root)]
    return _unwanted().search("\n".join(set(chain(*names)))) is not None


@cache
def _steps() -> Any:
    """The module with trafilatura's steps; the slowest of its paths are asked once for each name from now on."""
    from trafilatura import core, main_extractor

    rules: Any = main_extractor
    rules.OVERALL_DISCARD_XPATH = [Asked(path) for path in rules.OVERALL_DISCARD_XPATH]
    return core


@cache
def _unwanted() -> re.Pattern[str]:
    core = _steps()
    paths = [*core.RAW_TREE_PRUNE_XPATH, *core.REMOVE_COMMENTS_AND_LISTS_XPATH]
    words = dict.fromkeys(word for path in paths for word in _WORD.findall(path.path))
    return re.compile("|".join(f"(?:{word})" for word in words), re.MULTILINE)


@cache
def _options(is_fast: bool) -> Any:
    from trafilatura.settings import Extractor

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return Extractor(output_format="python", fast=is_fast, tables=True, comments=False)
