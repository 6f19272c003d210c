from newsletter.ingest.draft import Draft
from newsletter.models import Block


def read(text, now):
    lines = [l for l in text.split("\n") if l.strip()]
    return Draft(title=lines[0], blocks=[Block("paragraph", l) for l in lines[1:] if len(l.split()) > 15])
