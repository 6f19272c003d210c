"""Which sentences may stand alone."""

from __future__ import annotations

import pytest

from newsletter.curate.standalone import stands_alone


@pytest.mark.parametrize(
    "sentence",
    [
        "The loop now takes four minutes instead of forty.",
        "Rust, Mr. Lee said, “was never the point” of the whole exercise.",
        "This week the maintainers released a version with a faster parser.",
        "Italian engineers moved the loop into native code last year.",
        "Heathrow uses the library to plan the gates of its flights.",
        "इस्पात कारखाने ने नेटिव कोड में अपना नया कार्यक्रम चलाया।",
        "研究人员周一公布了一项新的测量结果。",
        "In 2026, 4.5 million lines (three quarters) were checked every night.",
    ],
)
def test_may_stand(sentence: str) -> None:
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This makes the whole program ten times faster.",
        "It's ten times faster than the old version was.",
        "However, nobody had measured the loop before that day.",
        "“He moved the loop into native code last year.”",
        "The other four programs wait for a database all day.",
        "“We moved the loop into native code last year.",
        'The team said: "We moved the loop into native code.',
        "The loop (in native code is ten times faster today.",
        "A heading about native code and other things",
        "Photo: The new building of the institute at night.",
        "MODERATOR TWO: The loop moved into native code last year.",
        "Read more: How the loop moved into native code.",
        "Ten times faster.",
        "See https://example.org/loop for all of the numbers.",
        "NATIVE CODE MAKES EVERYTHING TEN TIMES FASTER TODAY.",
        "and so the loop moved into native code last year.",
        "他们发现循环占用了程序九成的运行时间。",
        "しかし、ループをネイティブコードに移した結果は驚くべきものだった。",
        "لكن الفريق لم ينشر نتائج القياس بعد في ذلك اليوم.",
        "यह किसी के लिए भी आश्चर्य की बात नहीं थी।",
        "word " * 61 + "end.",
        "Find out how the institute moved its loop into native code.",
        "In this short guide the loop moves into native code.",
        "The programs that the team measured are listed in the table below.",
        "Entdecken Sie, wie die Schleife in nativen Code gezogen ist.",
    ],
)
def test_may_not_stand(sentence: str) -> None:
    assert not stands_alone(sentence)
