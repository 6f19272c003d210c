"""Make newsletter/preflight/data/support.json, what the checks know of mail clients, from caniemail.com's data.

    python docs/client_support.py caniemail.json

In: the file that caniemail.com publishes as https://www.caniemail.com/api/data.json, or the same figures by feature
({"features": {slug: {title, stats, notes}}}). Out: each client's newest answer for each feature; "y" (works) is left
out; notes are plain text, and only those that another answer refers to.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "newsletter" / "preflight" / "data" / "support.json"
CREDIT = "Derived from caniemail.com (github.com/hteumeuleu/caniemail), (c) 2019 Remi Parmentier, MIT licence"
#: Not features of a mail's HTML.
_LEFT_OUT = frozenset({"_template", "amp", "bimi"})


def compact(data: dict[str, Any]) -> dict[str, Any]:
    """The table as it is shipped."""
    features = data.get("features") or {feature["slug"]: feature for feature in data["data"]}
    clients: set[str] = set()
    table = {}
    for slug in sorted(set(features) - _LEFT_OUT):
        feature = features[slug]
        answers = dict(_newest(feature["stats"]))
        clients.update(answers)
        notes = feature.get("notes_by_num") or feature.get("notes") or {}
        answers = {client: answer for client, answer in sorted(answers.items()) if answer[0] != "y"}
        cited = sorted({number for answer in answers.values() for number in answer.split()[1:]}, key=int)
        table[slug] = {
            "title": _plain(feature["title"]),
            "answers": answers,
            "notes": {number: _plain(notes[number]) for number in cited if number in notes},
        }
    as_of = data.get("as_of") or data.get("last_update_date", "")[:10]
    return {"credit": CREDIT, "as_of": as_of, "clients": sorted(clients), "features": table}


def _newest(stats: dict[str, Any]) -> list[tuple[str, str]]:
    """("gmail.android", "a 1 2") for every client; versions are listed oldest first."""
    return [
        (f"{family}.{platform}", list(versions.values())[-1].replace("#", "").strip())
        for family, platforms in stats.items()
        for platform, versions in platforms.items()
        if versions
    ]


def _plain(text: str) -> str:
    """Markdown without its marks and links."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", str(text)).replace("`", "").strip()


if __name__ == "__main__":
    made = compact(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    lines = [f"{json.dumps(slug)}: {json.dumps(row, ensure_ascii=False)}" for slug, row in made.pop("features").items()]
    head = json.dumps(made, ensure_ascii=False)[:-1]
    TARGET.write_text(f'{head}, "features": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    print(f"{TARGET}: {len(lines)} features, {TARGET.stat().st_size:,} bytes")
