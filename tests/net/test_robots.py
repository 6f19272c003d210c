"""robots.txt is honoured where the caller says that it counts."""

from __future__ import annotations

import pytest

from newsletter.errors import FetchRefused
from tests.net.site import answer, silent

ROBOTS = {"check_robots": True}


def test_what_a_site_closes_is_not_fetched(site, get):
    rules = "User-agent: *\nDisallow: /private\n\nUser-agent: The-Digest\nDisallow: /*.pdf$\nDisallow: /inner\n"
    site.routes |= {"/robots.txt": answer(200, rules), "/private": answer(200, "words"), "/inner": answer(200, "words")}
    assert get(site.url("/private"), options=ROBOTS).body == b"words"  # the group with our own name counts, alone
    with pytest.raises(FetchRefused, match=r"robots\.txt asks programs not to fetch it$"):
        get(site.url("/inner"), options=ROBOTS)
    with pytest.raises(FetchRefused):
        get(site.url("/inner/a.pdf"), options=ROBOTS)
    assert get(site.url("/inner"), options=ROBOTS, robots=False).body == b"words"
    assert get(site.url("/inner")).body == b"words"  # a feed


def test_a_redirect_into_what_is_closed_is_not_followed(site, get):
    site.routes |= {"/robots.txt": answer(200, "User-agent: *\nDisallow: /inner"), "/": answer(302, Location="/inner")}
    with pytest.raises(FetchRefused):
        get(site.url(), options=ROBOTS)
    assert site.asked("/inner") == []


def test_a_site_without_robots_txt_is_open_and_one_that_cannot_say_is_closed(site, get):
    site.routes["/"] = answer(200, "words")
    assert get(site.url(), options=ROBOTS).body == b"words"
    site.routes["/robots.txt"] = answer(500)
    with pytest.raises(FetchRefused, match="can't be read"):
        get(site.url(), options=ROBOTS)


def test_robots_txt_may_be_binary_or_silent(site, get):
    site.routes |= {"/": answer(200, "words"), "/robots.txt": answer(200, bytes(range(256)) * 100)}
    assert get(site.url(), options=ROBOTS).body == b"words"
    site.routes["/robots.txt"] = silent
    from newsletter.net import Limits

    with pytest.raises(FetchRefused, match="can't be read"):
        get(site.url(), options=ROBOTS, limits=Limits(seconds=0.2))
