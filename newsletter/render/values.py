"""What an MJML attribute's value has to look like, by kind; mrml takes a wrong one in silence and leaves it out.

`wrong(kind, value)` answers with what was expected, or "" for a value that fits. A kind is one of `_KINDS`, "colour",
"address", "text", or a list of words and kinds ("length|auto"). Blanks around a value are no matter.
"""

from __future__ import annotations

import re

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_LENGTH = rf"(?:{_NUMBER}(?:px|%)|0+)"

#: CSS Color 4, 6.1, with the two words that stand for a colour.
_NAMED = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid
mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown
royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow
springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen transparent
currentcolor inherit none
"""
_NAMES = frozenset(_NAMED.split())
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|(?:rgb|hsl)a?\([0-9a-z.,%/\s+-]+\)|[a-z]+", re.IGNORECASE
)
#: What a mail program would run, or can't open.
_SCRIPT = re.compile(r"(?:javascript|vbscript|data:text)\b", re.IGNORECASE)

#: Kind → pattern and what it is called in a fault.
_KINDS = {
    "pixels": (re.compile(rf"{_NUMBER}px|0+"), "a length in px, such as 20px"),
    "length": (re.compile(_LENGTH), "a length in px or %, such as 20px"),
    "paddings": (re.compile(rf"{_LENGTH}(?:\s+{_LENGTH}){{0,3}}"), "one to four lengths in px or %, such as 10px 25px"),
    "line": (re.compile(rf"{_NUMBER}(?:px|%|em)?|normal"), "a line height: 24px, 150% or 1.5"),
    "spacing": (re.compile(rf"{_NUMBER}(?:px|em)|0+|normal"), "a length in px or em, such as 0.5px"),
    "number": (re.compile(r"[0-9]+"), "a whole number"),
}


def wrong(kind: str, value: str) -> str:
    """What is expected instead of this value; "" where it fits."""
    if kind in ("text", "classes"):
        return ""
    value = value.strip()
    expected: list[str] = []
    words: list[str] = []
    for one in kind.split("|"):
        if one in _KINDS:
            pattern, description = _KINDS[one]
            if pattern.fullmatch(value):
                return ""
            expected.append(description)
        elif one == "colour":
            if _COLOUR.fullmatch(value) and (not value.isalpha() or value.lower() in _NAMES):
                return ""
            expected.append("a colour, such as #1a2b3c, rgb(26, 43, 60) or teal")
        elif one == "address":
            return "an address that a mail program may open" if _SCRIPT.match(re.sub(r"\s", "", value)) else ""
        elif one == value:
            return ""
        elif one:
            words.append(one)
    return " or ".join([*expected, *([", ".join(words)] if words else [])])
