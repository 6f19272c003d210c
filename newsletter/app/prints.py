"""Prints: a rendering as files, for an editor to open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import preflight
from newsletter.app import evidence, files
from newsletter.models import Issue, Variant, fill, standing_alone

if TYPE_CHECKING:
    from newsletter.config import Settings


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files `render` wrote."""

    html: Path
    text: Path
    eml: Path
    #: As preflight counts them against Gmail's clip: in UTF-8, personal links at full length.
    html_bytes: int
    #: Fields that are filled in for each subscriber.
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """One variant, as `render --variants` shows it."""

    name: str
    #: Active members who would get it.
    subscribers: int
    articles: int
    #: As in `Rendered`.
    html_bytes: int
    #: None where nothing was written.
    files: Rendered | None


def write(settings: Settings, issue: Issue, variant: Variant, folder: Path) -> Rendered:
    """Write issue.html, issue.txt and issue.eml, as a reader without a name gets them."""
    sample = evidence.sample_values(settings.newsletter.base_url)
    eml = evidence.as_mail(settings, issue, variant)
    paths = [folder / f"issue.{suffix}" for suffix in ("html", "txt", "eml")]
    page = standing_alone(fill(variant.html, sample), variant.pictures)
    for path, data in zip(paths, (page.encode(), fill(variant.text, sample).encode(), eml), strict=True):
        files.write(path, data)
    fields = dict.fromkeys(slot.field for slot in variant.slots())
    return Rendered(paths[0], paths[1], paths[2], html_bytes=preflight.html_bytes(variant), slots=tuple(fields))
