"""What trafilatura finds on a page, as text: its own steps, without those that this page does not need.

`bare_extraction` copies the page four times, and tries expressions on every element for parts that few pages have.
`fast` takes the same steps in the same order, with one copy; where they find so little that more steps would follow
(one page in fourteen), it finds nothing. `slow` takes the steps that follow, from what was found on.

Its slowest paths are asked once for each name (`asking`). It takes them from its own modules, by name; so the two that
do are loaded a second time, for this module alone: those that everybody else imports stay as they are.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
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
_TEASER = etree.XPath(
    "boolean(//@*[(name() = 'class' or name() = 'id') and contains(translate(., 'T', 't'), 'teaser')])"
)
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


class Extraction:
    """One page, which stays as it is: the fast way first, and the slower ways go on from where that got."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._steps = _steps()
        #: Whether it is a thread of a forum, whose comments are its content. Told where anything is named for them.
        self._is_forum = False
        #: Characters that the page shows, once they were counted.
        self._shown: int | None = None
        #: What the rules found.
        self._found: tuple[etree._Element, str] | None = None

    def fast(self) -> str | None:
        """What the rules find alone; None where that is so little that trafilatura would look for more."""
        core, options = self._steps.core, self._steps.quick
        try:
            self._prune()
            if self._is_forum:
                return None
            body, text = self._found = self._by_rules(options)
            if len(text) < options.min_extracted_size or self._is_little(text):
                return None
            return str(core.xmltotxt(body, options.formatting))
        except _FAULTS:
            return None

    def slow(self) -> str:
        """What is best of the rules, readability and jusText; "" for nothing. Asked after the fast way."""
        core, options = self._steps.core, self._steps.thorough
        try:
            body, text = self._found or (None, "")
            # With little found, the rules look everywhere, and the fast way does so among teasers too.
            if body is None or _TEASER(self._root):
                body, text = self._by_rules(options)
            body, text = self._compared(body, text)
            return str(core.xmltotxt(body, options.formatting)) if len(text) >= options.min_output_size else ""
        except _FAULTS:
            return ""

    def _prune(self) -> None:
        """Takes off (a copy of) the page what trafilatura takes off before anything else."""
        core = self._steps.core
        if _has_unwanted(self._root, self._steps.unwanted):
            self._is_forum = core._forum_thread_page(self._root)  # noqa: SLF001 - as its own sequence does
            self._root = core.prune_unwanted_nodes(copy(self._root), core.RAW_TREE_PRUNE_XPATH)
            if not self._is_forum:
                self._root = core.prune_unwanted_nodes(self._root, core.REMOVE_COMMENTS_AND_LISTS_XPATH)

    def _by_rules(self, options: Any) -> tuple[etree._Element, str]:
        core = self._steps.core
        cleaned = core.tree_cleaning(copy(self._root), options)
        body, text = core.extract_content(core.convert_tags(cleaned, options), options)
        return body, text

    def _compared(self, body: etree._Element, text: str) -> tuple[etree._Element, str]:
        """The best of what the rules found and what the other ways find."""
        core, options, root = self._steps.core, self._steps.thorough, self._root
        cleaned = core.tree_cleaning(copy(root), options)
        body, text = core.compare_extraction(cleaned, copy(root), body, text, options)
        if len(text) < options.min_extracted_size:
            plain, words, length = core.baseline(root)
            if length > len(text):
                body, text = plain, words
        if text and self._is_little(text):
            return self._recalled(body, text)
        return body, text

    def _is_little(self, text: str) -> bool:
        """Whether a text is so small a part of the page that trafilatura looks for more."""
        core = self._steps.core
        share = float(core.ESCALATION_PAGE_SHARE)
        if len(text) >= core.ESCALATION_MAX_LENGTH:
            return False
        if self._shown is None:
            most: Any = _MOST(self._root)
            if len(text) >= share * most:
                return False
            self._shown = len(core.html2txt(self._root))
        return len(text) < share * self._shown

    def _recalled(self, body: etree._Element, text: str) -> tuple[etree._Element, str]:
        """More, by looser rules or by jusText alone, where that is clearly more."""
        core, root = self._steps.core, self._root
        options = copy(self._steps.thorough)
        options.focus = "recall"
        more, longer = None, ""
        with suppress(Exception):  # as its own sequence does
            more, longer = core._recall_retry(root, options, None)  # noqa: SLF001
        with suppress(Exception):
            all_of_it, longest = core.justext_rescue(copy(root), self._steps.thorough)
            if len(longest) > max(len(longer), core.ESCALATION_JUSTEXT_RATIO * len(text)):
                return all_of_it, longest
        if more is not None and len(longer) > core.ESCALATION_ACCEPT_RATIO * len(text):
            return (more, longer) if len(longer) >= options.min_extracted_size else (body, text)
        return body, text


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
    baseline compare_extraction convert_tags extract_content html2txt justext_rescue prune_unwanted_nodes tree_cleaning
    xmltotxt _forum_thread_page _recall_retry ESCALATION_ACCEPT_RATIO ESCALATION_JUSTEXT_RATIO ESCALATION_MAX_LENGTH
    ESCALATION_PAGE_SHARE RAW_TREE_PRUNE_XPATH REMOVE_COMMENTS_AND_LISTS_XPATH
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)
