"""Extracts against a lead of exactly as many words: ROUGE-1 F (Porter-stemmed) on two samples of news with references.

The samples (../shared/corpora/summaries beside the checkout, or the folder given) are for measuring only. Weights were
tuned on the even rows; the odd rows were held back. Inshorts' headlines were written by whoever wrote its references,
so the table without headlines is the one to judge by. rouge-score does the scoring, sumy is a peer: both are optional
(`pip install rouge-score sumy`); sumy is given our sentences, since its own tokenizer needs a download.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsletter.curate.summarize import summarize
from newsletter.models import Article, Block
from newsletter.text import sentences

CORPORA = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora" / "summaries"
SAMPLES = (
    ("CNN/DM, 3 sentences", "cnn_dailymail.jsonl", {"sentences": 3}),
    ("Inshorts, 60 words", "inshorts.jsonl", {"words": 60}),
)
Row = tuple[Article, str, str]


def main() -> None:
    """Print the table."""
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError:
        print("summaries: skipped, rouge-score is not installed")
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPORA
    if not folder.is_dir():
        print(f"summaries: skipped, no samples at {folder}")
        return
    scorer = RougeScorer(["rouge1"], use_stemmer=True)

    def score(text: str, reference: str) -> float:
        return 100 * float(scorer.score(reference, text)["rouge1"].fmeasure)

    print("| sample | what | words | ROUGE-1 | lead of that length | gain | tuned half | held back | docs/s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, file, length in SAMPLES:
        rows = [_row(json.loads(line)) for line in (folder / file).read_text("utf-8").splitlines()]
        untitled = [(replace(article, title=""), text, reference) for article, text, reference in rows]
        _print(name, "extract", untitled, lambda article, length=length: summarize(article, **length).text, score)
        if any(article.title for article, _, _ in rows):
            _print(name, "extract, with headlines", rows, lambda a, length=length: summarize(a, **length).text, score)
        for peer, run in _peers(length):
            _print(name, peer, untitled, run, score)


def _row(data: dict[str, str]) -> Row:
    blocks = tuple(Block("paragraph", part.strip()) for part in data["text"].split("\n") if part.strip())
    article = Article(data["title"], "sample", "sample", language="en", blocks=blocks)
    return article, data["text"], data["reference"]


def _print(
    name: str, what: str, rows: list[Row], run: Callable[[Article], str], score: Callable[[str, str], float]
) -> None:
    begin = time.perf_counter()
    texts = [run(article) for article, _, _ in rows]
    rate = len(rows) / (time.perf_counter() - begin)
    own = [score(text, reference) for text, (_, _, reference) in zip(texts, rows, strict=True)]
    counts = [len(text.split()) for text in texts]
    leads = [score(" ".join(text.split()[:n]), reference) for n, (_, text, reference) in zip(counts, rows, strict=True)]
    gains = [a - b for a, b in zip(own, leads, strict=True)]
    print(
        f"| {name} | {what} | {_mean(counts):.0f} | {_mean(own):.2f} | {_mean(leads):.2f} | {_mean(gains):+.2f} "
        f"| {_mean(gains[::2]):+.2f} | {_mean(gains[1::2]):+.2f} | {rate:,.0f} |"
    )


def _mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values)


def _peers(length: dict[str, int]) -> Iterator[tuple[str, Callable[[Article], str]]]:
    try:
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ImportError:
        print("| | sumy is not installed: its rows are skipped | | | | | | | |")
        return

    class Words:
        """What sumy asks of a tokenizer."""

        def to_words(self, text: str) -> list[str]:
            return text.casefold().split()

    def run(summarizer: Any, article: Article) -> str:
        text = article.body_text
        found = [Sentence(text[a:b], Words()) for a, b in sentences.split(text, "en")]
        ranked = [str(s) for s in summarizer(ObjectDocumentModel([Paragraph(found)]), length.get("sentences", 6))]
        while "words" in length and len(ranked) > 1 and len(" ".join(ranked).split()) > length["words"]:
            ranked.pop()
        return " ".join(ranked)

    for name, kind in (("sumy LexRank", LexRankSummarizer), ("sumy TextRank", TextRankSummarizer)):
        yield name, lambda article, kind=kind: run(kind(), article)


if __name__ == "__main__":
    main()
