"""Summaries of articles as the workspace asks for them: extracts, or a model's words where every one of them holds.

With engine = "llm" each article goes to the endpoint of [summaries.llm] (unless its reply is cached), and what comes
back is checked against the article (`curate.verify`). A text that does not hold, or never came, is replaced by the
extract, and the summary's note says why. What it will cost is estimated before anything is sent, and told to whoever
asks; more than max_cost is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from newsletter import config, resources
from newsletter.app.cache import ReplyCache
from newsletter.curate.prompt import Prompts
from newsletter.curate.summarize import summarize
from newsletter.curate.terms import length
from newsletter.curate.verify import verify
from newsletter.errors import ConfigError, Refused
from newsletter.models import Article, Sentence, Summary
from newsletter.net import llm
from newsletter.text import sentences as splitter

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

#: Tokens of a word; a rule of thumb that holds for English within a fifth, and is generous for ideographs.
_TOKENS_A_WORD = 1.4
#: Words that one sentence asked for may come to.
_WORDS_A_SENTENCE = 30


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will ask of the endpoint."""

    model: str
    #: Articles that are sent, and articles whose reply is known already.
    articles: int
    cached: int
    #: Tokens, about.
    tokens_in: int
    tokens_out: int
    #: In the currency of the prices; None where no prices are set.
    cost: float | None

    def __str__(self) -> str:
        if not self.articles:
            return f"{self.model}: all {self.cached} from the cache, nothing is sent"
        cost = "no prices set" if self.cost is None else f"about {self.cost:.4f}"
        cached = f", {self.cached} from the cache" if self.cached else ""
        articles = "1 article" if self.articles == 1 else f"{self.articles} articles"
        tokens = f"{self.tokens_in:,} tokens in and {self.tokens_out:,} out"
        return f"{self.model}: {articles}, about {tokens}, {cost}{cached}"


Announce = Callable[[Estimate], None]
Progress = Callable[[int, int], None]


class Summaries:
    """The summaries of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._settings = workspace.settings.summaries
        self._cache = ReplyCache(workspace.root / "cache" / "summaries")
        folders = (workspace.root / "templates" / "prompts", resources.folder("templates") / "prompts")
        self._prompts = Prompts(folders)

    @property
    def extract(self) -> Callable[[Article], Summary]:
        """What makes an extract of an article's own sentences, as the settings say; it can be sent to a process."""
        return partial(summarize, sentences=self._settings.sentences, words=self._settings.words)

    def make(
        self,
        articles: Sequence[Article],
        *,
        announce: Announce = lambda _: None,
        progress: Progress = lambda *_: None,
    ) -> list[Summary]:
        """A summary of each article, in their order; one an editor wrote stays.

        `announce` is told what a model will cost before anything is sent. Raises Refused (dearer than max_cost),
        ConfigError (no key), RenderError (the prompt template); never for what an endpoint does.
        """
        wanted = [a for a in articles if not _is_editors(a)]
        made = iter(self._written(wanted, announce, progress) if self._model else map(self.extract, wanted))
        return [a.summary if a.summary and _is_editors(a) else next(made) for a in articles]

    def estimate(self, articles: Sequence[Article]) -> Estimate | None:
        """What `make` would ask of the endpoint; None without one. Raises RenderError."""
        if self._model is None:
            return None
        return self._estimate([self._request(a) for a in articles if not _is_editors(a)], self._model)

    @property
    def _model(self) -> config.LLM | None:
        return self._settings.llm if self._settings.engine == "llm" else None

    def _written(self, articles: Sequence[Article], announce: Announce, progress: Progress) -> list[Summary]:
        """The model's summaries, those that hold; extracts for the others."""
        model = self._model
        assert model is not None  # noqa: S101 (make asks first)
        requests = [self._request(article) for article in articles]
        estimate = self._estimate(requests, model)
        if requests:
            announce(estimate)
        if model.max_cost is not None and estimate.cost is not None and estimate.cost > model.max_cost:
            raise Refused(
                f"{estimate}: more than max_cost = {model.max_cost:g}; raise [summaries.llm] max_cost, take fewer "
                'articles, or set engine = "extractive"'
            )
        replies = self._replies(requests, model, progress)
        return [self._checked(article, reply, model) for article, reply in zip(articles, replies, strict=True)]

    def _replies(self, requests: Sequence[_Request], model: config.LLM, progress: Progress) -> list[llm.Reply]:
        """A reply to each request, from the cache or the endpoint; good ones are cached."""
        known = {request.key: text for request in requests if (text := self._cache.get(request.key)) is not None}
        missing = list({request.key: request for request in requests if request.key not in known}.values())
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            progress(done, len(missing))

        fresh: dict[str, llm.Reply] = {}
        if missing:
            asked = asyncio.run(llm.ask(self._endpoint(model), [r.prompt for r in missing], done=one_more))
            fresh = {request.key: reply for request, reply in zip(missing, asked, strict=True)}
        for key, reply in fresh.items():
            if reply.text is not None:
                self._cache.put(key, reply.text, model.model)
        return [llm.Reply(known[r.key], attempts=0) if r.key in known else fresh[r.key] for r in requests]

    def _checked(self, article: Article, reply: llm.Reply, model: config.LLM) -> Summary:
        if reply.text is None:
            return replace(self.extract(article), note=f"{model.model} gave no summary: {reply.reason}")
        verdict = verify(reply.text, article, sentences=self._settings.sentences, words=self._settings.words)
        if verdict.problems:
            kept = "" if reply.attempts else " (a kept answer: delete cache/summaries to ask again)"
            return replace(self.extract(article), note=f"{model.model}'s summary was refused: {verdict.reason}{kept}")
        return Summary(verdict.text, "llm", _located(verdict.text, article))

    def _request(self, article: Article) -> _Request:
        model = self._model
        assert model is not None  # noqa: S101
        system, user = self._prompts.summary(
            article,
            sentences=self._settings.sentences,
            words=self._settings.words,
            max_characters=model.max_characters,
        )
        wanted = self._settings.words or self._settings.sentences * _WORDS_A_SENTENCE
        prompt = llm.Prompt(system, user, max_tokens=100 + int(wanted * _TOKENS_A_WORD * 2))
        return _Request(prompt, ReplyCache.key(model.base_url, model.model, prompt.max_tokens, system, user), wanted)

    def _estimate(self, requests: Sequence[_Request], model: config.LLM) -> Estimate:
        unique = {request.key: request for request in requests}
        sent = [request for key, request in unique.items() if self._cache.get(key) is None]
        tokens_in = sum(_tokens(r.prompt.system) + _tokens(r.prompt.user) for r in sent)
        tokens_out = sum(int(r.words * _TOKENS_A_WORD) for r in sent)
        cost = None
        if model.price_in is not None and model.price_out is not None:
            cost = (tokens_in * model.price_in + tokens_out * model.price_out) / 1_000_000
        return Estimate(model.model, len(sent), len(unique) - len(sent), tokens_in, tokens_out, cost)

    def _endpoint(self, model: config.LLM) -> llm.Endpoint:
        return llm.Endpoint(
            model.base_url, model.model, self._key(model), model.timeout, model.attempts, model.concurrency
        )

    def _key(self, model: config.LLM) -> str | None:
        """The endpoint's key, read now. Raises ConfigError."""
        if model.api_key is None:
            return None
        key, name = model.api_key.get_secret_value(), "summaries.llm.api_key"
        value = config.secret(key, self._workspace.root, name).strip()
        if not value.isascii() or not value.isprintable():
            raise ConfigError(str(self._workspace.root / config.FILE), name, "a secret", "one line of ASCII characters")
        return value or None


@dataclass(frozen=True, slots=True)
class _Request:
    """A prompt, the key of its reply in the cache, and the words it asks for."""

    prompt: llm.Prompt
    key: str
    words: int


def _is_editors(article: Article) -> bool:
    return article.summary is not None and article.summary.engine == "editor"


def _tokens(text: str) -> int:
    return int(max(length(text) * _TOKENS_A_WORD, len(text) / 5))


def _located(text: str, article: Article) -> tuple[Sentence, ...]:
    """The sentences of a checked text, with offsets where one is the article's own."""
    body = article.body_text
    found = []
    for start, end in splitter.split(text, article.language):
        at = body.find(text[start:end])
        found.append(Sentence(text[start:end], at, at + end - start) if at >= 0 else Sentence(text[start:end]))
    return tuple(found)
