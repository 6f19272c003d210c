"""Tables about what is written and picked: [newsletter], [curate] with its topics, [summaries] with its model."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from newsletter.config.values import Language, Line, LinkBase, Mailbox, Span, Table, Zone


class Newsletter(Table):
    name: Annotated[Line, Field(min_length=1)]
    sender: Annotated[Mailbox, Field(alias="from")]
    reply_to: Mailbox | None = None
    base_url: LinkBase = ""
    postal_address: str = ""
    language: Language = "en"
    timezone: Zone = "UTC"
    theme: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")] = "digest"


class Archive(Table):
    """[archive]: the past issues that the public pages show."""

    #: Whether there is an archive at all; a link from a mail shows its issue in any case.
    public: bool = True
    #: Whether search engines may list it.
    index: bool = False


def _number_as_weight(value: object) -> object:
    if isinstance(value, str | bool | list):
        raise ValueError('a weight such as 1.0, or a table such as {weight = 1.0, words = ["sql"]}')  # noqa: TRY004
    return {"weight": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


class Topic(Table):
    """One of [curate.topics]: a number is its weight, a table says more."""

    weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    words: tuple[Annotated[Line, Field(min_length=1)], ...] = ()
    articles: tuple[Annotated[int, Field(ge=1)], ...] = ()
    section: Annotated[Line, Field(min_length=1)] | None = None
    max: Annotated[int, Field(ge=1, le=100)] | None = None


class Curate(Table):
    max_articles: Annotated[int, Field(ge=1, le=100)] = 8
    max_per_source: Annotated[int, Field(ge=1, le=100)] = 2
    window: Span = timedelta(days=7)
    half_life: Span = timedelta(days=3)
    #: Outlets (a site's name or host) whose article leads a story, best first.
    preferred_sources: tuple[Line, ...] = ()
    #: Interests by name.
    topics: dict[str, Annotated[Topic, BeforeValidator(_number_as_weight)]] = Field(default_factory=dict)
    #: Learn from what was printed before, and how much that counts beside topics.
    learn: bool = True
    learn_weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    #: Primary tags such as "en"; articles in other languages are not picked. Empty takes all.
    languages: tuple[Annotated[Line, Field(pattern=r"^[A-Za-z]{2,3}$")], ...] = ()
    min_words: Annotated[int, Field(ge=0)] = 30
    max_words: Annotated[int, Field(ge=1)] | None = None
    #: Sites, hosts (with their subdomains) or files that nothing is picked from.
    block: tuple[Annotated[Line, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _lengths(self) -> Self:
        if self.max_words is not None and self.max_words < self.min_words:
            raise ValueError("max_words that is at least min_words")
        return self


class Variants(Table):
    """[variants]: what an edition is rendered for more than once."""

    #: Empty: everybody gets the same.
    by: tuple[Literal["language", "topics"], ...] = ()
    #: A variant by topics with fewer articles than that is none: its readers get all articles.
    min_articles: Annotated[int, Field(ge=1, le=100)] = 3
    #: Variants at most, the default included; the smallest groups beyond get the nearest.
    most: Annotated[int, Field(ge=1, le=500)] = 64


class LLM(Table):
    """[summaries.llm]: an OpenAI-compatible endpoint; `api_key` may be a reference, resolved when it is called."""

    #: Up to and without /chat/completions: "https://api.example.com/v1", "http://127.0.0.1:11434/v1".
    base_url: Annotated[LinkBase, Field(min_length=1)]
    model: Annotated[Line, Field(min_length=1)]
    api_key: SecretStr | None = None
    #: Seconds for one attempt, and attempts for one article.
    timeout: Annotated[float, Field(gt=0, le=600)] = 60
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    #: Requests at once.
    concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    #: Price of a million tokens read and written, in any currency; None: not known, so no cost is estimated.
    price_in: Annotated[float, Field(ge=0)] | None = None
    price_out: Annotated[float, Field(ge=0)] | None = None
    #: One run that would cost more than this is refused before anything is sent.
    max_cost: Annotated[float, Field(ge=0)] | None = None
    #: Characters of an article that are sent at most.
    max_characters: Annotated[int, Field(ge=500, le=1_000_000)] = 24_000

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.max_cost is not None and None in (self.price_in, self.price_out):
            raise ValueError("price_in and price_out beside max_cost: without prices there is no cost to limit")
        url = urlsplit(self.base_url)
        if self.api_key and url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("https:// where an api_key is sent to another machine")
        return self


class Summaries(Table):
    sentences: Annotated[int, Field(ge=1, le=10)] = 2
    #: A length in words instead of a number of sentences.
    words: Annotated[int, Field(ge=10, le=400)] | None = None
    engine: Literal["extractive", "llm"] = "extractive"
    llm: LLM | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.engine == "llm" and self.llm is None:
            raise ValueError('a table [summaries.llm] with base_url and model for engine = "llm"')
        return self
