"""What a page says of a date: "Published 3 March 2026 | Updated 5 March 2026" → each date with its label.

The label is in the few words before a date. A date of review, of an event or of a copyright is none of the article's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from newsletter.ingest import dates

#: What is said of a date; "" where nothing is.
Said = Literal["published", "changed", "other", ""]

#: Words before a date that are read for its label, and characters, which words may have any number of.
_BEFORE, _LONGEST = 8, 200
#: In the Latin script; a word's beginning is enough ("aktualisiert am", "updated").
_LATIN: dict[Said, str] = {
    "published": "publi(?:sh|cat|cad|é|qu|kov)|post(?:ed|é) |pubbl|gepubl|posted|first (?:published|posted)|created|"
    "asked|submitted|released|veröffentlicht|erschienen|erstellt|geplaatst|publicer|julkaist|opublikowan|dodan[oaey]|vydáno|"
    "yayın|megjelent|közzétéve|objavljen|diterbitkan|dipublikasikan|đăng|written on|issued",
    "changed": r"updat|modif|revised|changed|edited|aktuali|akt\.|geändert|bearbeitet|actuali|mise? à jour|aggiorna|"
    "atualiza|bijgewerkt|gewijzigd|uppdatera|ändrad|opdatere|oppdatert|zaktualizowan|zmieni|päivitetty|muokattu|"
    "güncelle|frissít|módosít|actualitza|diperbarui|cập nhật|ažurirano|stand:",
    "other": "review|fact[- ]?check|verified|checked|medically|accessed|retrieved|abgerufen|consulté|copyright|"
    r"deadline|expire|effective|valid\b|until\b|through\b|due\b|apply by|register by|joined|member since|registered|"
    r"last (?:visit|active|login|seen)|born\b|died\b|founded|established|since\b|starts?:|ends?:|event date|opens|"
    r"open today|closes|next\b|webinar|conference|filed|recorded|taken|photo|captured|as of|archived|repl(?:y|ied)|"
    "commented|comments?:|answered",
}
_OTHER_SCRIPTS: dict[Said, str] = {
    "published": "опублик|дата публикации|размещен|публік|公開|発行|掲載|投稿|发布|發布|发表|發表|刊登|"
    "게시|등록|입력|작성|발행|نشر|פורסם|प्रकाशित|δημοσ",
    "changed": "обновл|измен|оновл|更新|改訂|修正|最終|수정|업데이트|تحديث|עודכן|अपडेट|ενημ",
    "other": "©|проверен",
}
_LABELS: tuple[tuple[Said, re.Pattern[str]], ...] = tuple(
    (said, re.compile(rf"(?<!\w)(?:{words})|{_OTHER_SCRIPTS[said]}", re.IGNORECASE)) for said, words in _LATIN.items()
)
_BEHIND = re.compile(
    r"\s*[(\[]\s*(?:last\s+)?(?:updated|modified|aktualisiert|actualizado|mis à jour)\s*[)\]]", re.IGNORECASE
)


class Dated(NamedTuple):
    """A date in a line, and what is said of it."""

    text: str
    said: Said


def of(text: str) -> Said:
    """What the words before a date say of it: the last label among the last of them."""
    words = " ".join(text[-_LONGEST:].split()[-_BEFORE:])
    last: tuple[int, Said] = (-1, "")
    for said, pattern in _LABELS:
        for found in pattern.finditer(words):
            last = max(last, (found.start(), said))
    return last[1]


def dated(line: str) -> Iterator[Dated]:
    """The dates of a line (at most 300 characters), in its order."""
    line = unicodedata.normalize("NFKC", line[:300])
    end = 0
    for start, stop in sorted(dates.spans(line), key=lambda span: (span[0], -span[1])):
        if start >= end:
            said = "changed" if _BEHIND.match(line[stop:]) else of(line[end:start])
            yield Dated(line[start:stop], said)
            end = stop
