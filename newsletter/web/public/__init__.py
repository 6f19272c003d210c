"""Pages for subscribers: unsubscribe, and the web version of an issue.

`create_app` is given what it may do, and no more: an `Audience` that can end a membership, and an `Archive` that can
show an edition. It can't send. The routes and their promises are told in `newsletter.web.public.app`.
"""

from newsletter.web.public.app import create_app
from newsletter.web.public.ports import Archive, Audience
from newsletter.web.server import serve

__all__ = ["Archive", "Audience", "create_app", "serve"]
