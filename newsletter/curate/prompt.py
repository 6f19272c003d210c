"""An article as a prompt for a language model, from a template that a workspace may replace.

In: template folders (the workspace's own first) and an Article. Out: what the model is told and what it is given. The
article stands between two marks that are made from its own text and can't occur in it. Templates run in a sandbox; a
fault in one is a RenderError with the template and the line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.errors import RenderError
from newsletter.models import Article

SUMMARY = "summary.txt.j2"
#: Characters of a language tag: those of the longest in use, and more (RFC 5646, section 4.4.1).
_LANGUAGE = 35


class Prompts:
    """The prompt templates of one workspace."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def summary(self, article: Article, *, sentences: int, words: int | None, max_characters: int) -> tuple[str, str]:
        """What the model is told, and what it is given. Raises RenderError.

        At most `max_characters` are the article's: a quarter of them its title's and its deck's each, the rest the
        body's.
        """
        title, deck = article.title[: max_characters // 4], (article.deck or "")[: max_characters // 4]
        body = article.body_text[: max_characters - len(title) - len(deck)]
        values = {
            "sentences": sentences,
            "words": words,
            "language": (article.language or "the one it is written in")[:_LANGUAGE],
            "title": title,
            "deck": deck,
            "body": body,
            "mark": _mark(f"{title}\n{deck}\n{body}"),
        }
        try:
            template = self._environment.get_template(SUMMARY)
            context = template.new_context(values)
            parts = ["".join(template.blocks[name](context)).strip() for name in ("system", "article")]
        except KeyError as error:
            raise RenderError(
                SUMMARY, f"there is no {{% block {error.args[0]} %}}; it needs system and article"
            ) from None
        except TemplateSyntaxError as error:
            raise RenderError(SUMMARY, error.message or "syntax error", error.lineno) from error
        except (TemplateError, ArithmeticError, TypeError, ValueError, OSError) as error:
            raise RenderError(SUMMARY, str(error) or type(error).__name__) from error
        return parts[0], parts[1]


def _mark(text: str) -> str:
    """A line that the text does not contain, the same for the same text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return next(mark for at in range(0, 64, 16) if (mark := f"=== {digest[at : at + 16]} ===") not in text)
