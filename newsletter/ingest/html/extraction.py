"""What trafilatura finds on a page, as text: its own steps, without those that this page does not need.

`bare_extraction` copies the page four times, and tries expressions on every element for parts that few pages have.
`fast` takes the same steps in the same order, with one copy; where they find so little that more steps would follow
(one page in fourteen), it finds nothing, and the slower ways are asked at once.

Its slowest paths are asked once for each name (`asking`). It takes them from its own modules, by name; so the two that
do are loaded a second time, for this module alone: those that everybody else imports stay as they are.
"""

from __future__ import annotations

import logging
import re
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec, module_from_spec
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


@dataclass(frozen=True, slots=True)
class _Steps:
    """trafilatura's steps, and how they are to be taken."""

    core: Any
    quick: Any
    thorough: Any
    #: Finds names of what it takes off a page before anything else.
    unwanted: re.Pattern[str]


def fast(root: etree._Element) -> str | None:
    """What its rules find alone; None where that is so little that it would look for more."""
    steps = _steps()
    try:
        return _by_rules(root, steps)
    except _FAULTS:
        return None


def slow(root: etree._Element) -> str:
    """What is best of its rules, readability and jusText; "" for nothing."""
    steps = _steps()
    try:
        document = steps.core.bare_extraction(root, options=steps.thorough)
    except _FAULTS:
        return ""
    return str(getattr(document, "text", "") or "")


def _by_rules(root: etree._Element, steps: _Steps) -> str | None:
    core, options = steps.core, steps.quick
    if _has_unwanted(root, steps.unwanted):
        if core._forum_thread_page(root):  # noqa: SLF001 - as its own sequence does
            return None
        root = core.prune_unwanted_nodes(copy(root), core.RAW_TREE_PRUNE_XPATH)
        root = core.prune_unwanted_nodes(root, core.REMOVE_COMMENTS_AND_LISTS_XPATH)
    cleaned = core.tree_cleaning(copy(root), options)
    body, text = core.extract_content(core.convert_tags(cleaned, options), options)
    if len(text) < options.min_extracted_size or _is_little(text, root, core):
        return None
    return str(core.xmltotxt(body, options.formatting))


def _is_little(text: str, root: etree._Element, core: Any) -> bool:
    """Whether a text is so small a part of the page that it looks for more."""
    if len(text) >= core.ESCALATION_MAX_LENGTH:
        return False
    share = float(core.ESCALATION_PAGE_SHARE)
    most: Any = _MOST(root)
    return len(text) < share * most and len(text) < share * len(core.html2txt(root))


def _has_unwanted(root: etree._Element, unwanted: re.Pattern[str]) -> bool:
    """Whether an element may have the name of comments, or of further articles that follow without end."""
    names: list[Any] = [_CLASSES(root), _IDS(root)]
    return unwanted.search("\n".join(set(chain(*names)))) is not None


@cache  # threads that come first at once make one each: any is as good
def _steps() -> _Steps:
    """Raises ImportError where trafilatura has not what is asked of it."""
    from trafilatura.settings import Extractor

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    rules, core = _own("main_extractor"), _own("core")
    if lacking := _NEEDED - vars(core).keys():
        raise ImportError(
            f"trafilatura has no {', '.join(sorted(lacking))}; install a release that pyproject.toml allows"
        )
    rules.OVERALL_DISCARD_XPATH = [Asked(path) for path in rules.OVERALL_DISCARD_XPATH]
    core.extract_content = rules.extract_content
    paths = [*core.RAW_TREE_PRUNE_XPATH, *core.REMOVE_COMMENTS_AND_LISTS_XPATH]
    words = dict.fromkeys(word for path in paths for word in _WORD.findall(path.path))
    quick, thorough = (
        Extractor(output_format="python", fast=is_fast, tables=True, comments=False) for is_fast in (True, False)
    )
    return _Steps(core, quick, thorough, re.compile("|".join(f"(?:{word})" for word in words), re.MULTILINE))


def _own(name: str) -> Any:
    """A module of trafilatura's that nobody else has."""
    spec = find_spec(f"trafilatura.{name}")
    if spec is None or spec.loader is None:
        raise ImportError(f"trafilatura has no module {name}; install a release that pyproject.toml allows")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_NEEDED = frozenset(
    """
    bare_extraction convert_tags extract_content html2txt prune_unwanted_nodes tree_cleaning xmltotxt _forum_thread_page
    ESCALATION_MAX_LENGTH ESCALATION_PAGE_SHARE RAW_TREE_PRUNE_XPATH REMOVE_COMMENTS_AND_LISTS_XPATH
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
