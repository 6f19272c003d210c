"""What may stand where in MJML, and with which attributes: the judgements of `guard`, without the reading.

Every function answers with reasons, in words an editor can act on; none raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from newsletter.render.components import ANY_ATTRIBUTE, COMPONENTS, IGNORED, NETWORKS, UNKNOWN_TO_MRML, Component
from newsletter.render.faults import Fault
from newsletter.render.values import wrong

#: mj-attributes may set the attributes of every component but these.
_NO_DEFAULTS = frozenset({"mjml", "mj-head", "mj-attributes", "mj-include", "mj-title", "mj-preview", "mj-style"})


def holds_html(tag: str) -> bool:
    """Whether what stands in this component is HTML."""
    component = COMPONENTS.get(tag)
    return component is not None and component.holds == "html"


def misplaced(tag: str, parent: str, seen: set[str], *, in_html: bool) -> str:
    """Why this tag can't stand in this parent ("": it is the outermost), or ""; `seen` are the tags before it there."""
    reason = ""
    holder = COMPONENTS.get(parent)
    if not parent:
        reason = "" if tag == "mjml" else f"<{tag}> is the outermost element, where <mjml> is expected"
    elif tag in UNKNOWN_TO_MRML:
        reason = f"there is no MJML tag <{tag}> in mrml, which compiles this; MJML's own compiler has it"
    elif tag.startswith("mj") and tag not in COMPONENTS:
        reason = f"there is no MJML tag <{tag}>{_hint(tag, COMPONENTS)}"
    elif parent == "mj-attributes":
        if tag not in COMPONENTS or tag in _NO_DEFAULTS:
            reason = f"<{tag}> has no attributes that mj-attributes could set"
    elif in_html:
        reason = f"<{tag}> can't stand in <{parent}>, which holds HTML"
    elif holder and tag not in holder.children:
        reason = f"<{tag}> can't stand in <{parent}>, only {_names(holder)} can"
    elif tag in COMPONENTS and COMPONENTS[tag].single and tag in seen:
        reason = f"a second <{tag}>"
    seen.add(tag)
    return reason


def meant(tag: str) -> str:
    """The component that a tag which is none was probably meant to be; else the tag as it is."""
    return tag if tag in COMPONENTS or not tag.startswith("mj") else next(iter(_close(tag, COMPONENTS)), tag)


def faults_of(tag: str, parent: str, attributes: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The same as `attribute_faults`, kept for tags as templates write them; one with an address is an article's."""
    if "href" in attributes or "src" in attributes:
        return attribute_faults(tag, parent, attributes)
    return _faults_of(tag, parent, tuple(attributes.items()))


@lru_cache(maxsize=1024)
def _faults_of(tag: str, parent: str, attributes: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(attribute_faults(tag, parent, dict(attributes)))


def attribute_faults(tag: str, parent: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The attribute ("": the tag itself) and what is wrong with it, for a component that stands where it may."""
    component = COMPONENTS[tag]
    if parent != "mj-attributes" or tag == "mj-class":
        for name in component.needs:
            if not attributes.get(name, "").strip() and "mj-class" not in attributes:
                yield "", f"<{tag}> needs the attribute “{name}”"
    for name, value in attributes.items():
        if tag in ("mj-all", "mj-class"):
            reason = _any_attribute(tag, name, value)
        elif kind := component.attributes.get(name):
            reason = _value(name, kind, value)
        else:
            reason = _unknown(tag, name, component)
        if reason:
            yield name, reason
    if tag == "mj-social-element" and parent != "mj-attributes":
        name = attributes.get("name", "")
        if name and "src" not in attributes and name.removesuffix("-noshare") not in NETWORKS:
            yield "name", f"mrml has no icon for “{name}”{_hint(name, NETWORKS)}; give it one with src"


def _value(name: str, kind: str, value: str) -> str:
    expected = wrong(kind, value)
    return f"{name}: found “{_short(value)}”, expected {expected}" if expected else ""


def _any_attribute(tag: str, name: str, value: str) -> str:
    if name == "name" and tag == "mj-class":
        return ""
    kinds = ANY_ATTRIBUTE.get(name)
    if not kinds:
        return f"no component has an attribute “{name}”{_hint(name, ANY_ATTRIBUTE)}"
    expected = [wrong(kind, value) for kind in sorted(kinds)]
    return f"{name}: found “{_short(value)}”, expected {' or '.join(expected)}" if all(expected) else ""


def _unknown(tag: str, name: str, component: Component) -> str:
    if name in IGNORED.get(tag, ()):
        return f"<{tag}> takes no attribute “{name}” here: MJML has it, but mrml, which compiles, does nothing with it"
    if not component.attributes:
        return f"<{tag}> takes no attributes (found “{name}”)"
    return f"<{tag}> has no attribute “{name}”{_hint(name, component.attributes)}"


class ClassNames:
    """The mj-class names that a document defines and uses; a use may come first."""

    def __init__(self) -> None:
        self._defined: set[str] = set()
        self._used: dict[str, Fault] = {}

    def note(self, tag: str, attributes: Mapping[str, str], place: Fault) -> None:
        """What this component defines or uses; `place` is where it stands."""
        if tag == "mj-class":
            self._defined.add(attributes.get("name", ""))
        for name in attributes.get("mj-class", "").split():
            self._used.setdefault(name, place)

    def faults(self) -> Iterator[Fault]:
        """Every use of a name that nothing defines."""
        for name, place in self._used.items():
            if name not in self._defined:
                reason = f"there is no mj-class “{name}”{_hint(name, self._defined)}"
                yield Fault(reason, place.line, place.column, place.file)


def _names(holder: Component) -> str:
    return ", ".join(sorted(holder.children)) or ("words" if holder.holds == "text" else "nothing")


def _close(name: str, known: Collection[str]) -> list[str]:
    return get_close_matches(name, known, n=1, cutoff=0.7)


def _hint(name: str, known: Collection[str]) -> str:
    close = _close(name, known)
    return f": did you mean {close[0]}?" if close else ""


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
