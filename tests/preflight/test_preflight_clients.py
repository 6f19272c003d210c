"""What mail clients make of a mail: only what is really used counts, and only where it is missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import bench_preflight
from docs import client_support
from newsletter import preflight, resources
from newsletter.models import CLIENT_SHARES, MAIL_CLIENTS, Seen
from newsletter.preflight import support
from newsletter.preflight.conditional import for_outlook
from newsletter.preflight.features import uses
from newsletter.preflight.mail import View
from newsletter.preflight.styles import sheet

OUTLOOK, GMAIL, APPLE = "outlook.windows", "gmail.android", "apple-mail.ios"


def lost(checkup, client):
    """Feature → points a client loses by it."""
    report = preflight.client_reports(replace(checkup, clients={client: 1}))["default"]
    return {loss.feature: loss.points for loss in report.clients[0].losses}


def head(css):
    return View(f"<html><head><style>{css}</style></head><body><p class='a'>x</p></body></html>")


THEMES = sorted(path.parent.name for path in (resources.folder("templates") / "email").glob("*/theme.toml"))


@pytest.mark.parametrize("theme", THEMES)
def test_the_shipped_themes_have_at_least_92_points(theme):
    report = preflight.client_reports(bench_preflight.made(theme))["default"]
    assert report.score >= 92
    assert min(client.score for client in report.clients if client.share >= 1) >= 75


@pytest.mark.parametrize("theme", THEMES)
def test_the_shipped_themes_raise_no_alarm_of_clients_or_contrast(theme):
    found = {finding.id for finding in preflight.check(bench_preflight.made(theme))}
    assert not {one for one in found if one.startswith(("clients.", "access.", "size."))}


@pytest.mark.parametrize("theme", THEMES)
def test_how_a_language_breaks_its_lines_is_nothing_that_a_layout_leans_on(theme):
    """Japanese themes ask in the head for strict line breaks, and for headlines that break between phrases."""
    assert "line-break: strict" in "".join(map(str, bench_preflight.made(theme, "ja").edition.variants[0].html))
    for language in ("ja", "de", "ar"):
        found = {finding.id for finding in preflight.check(bench_preflight.made(theme, language))}
        assert "clients.breaks" not in found, language


def test_a_style_element_that_is_leant_on_has_advice_of_its_own(bench):
    html = bench.html(head="<html><head><style>p { opacity: 0.5 }</style></head><body>")
    told = [one for one in preflight.check(bench.variant(html=html)) if one.id == "clients.breaks"]
    assert [one.message.partition(" fails")[0] for one in told] == ["<style> element"]
    assert told[0].mend == "write what must hold everywhere into the elements' own style attributes"


def test_every_client_that_has_a_name_is_in_the_table_and_shares_add_up_to_100():
    assert set(MAIL_CLIENTS) <= support.table().clients
    assert sum(CLIENT_SHARES.values()) == pytest.approx(100)


def test_a_feature_costs_points_only_where_it_is_not_known(bench):
    checkup = bench.body('<p style="border-radius:4px">x</p>')
    assert lost(checkup, OUTLOOK)["border-radius"] == support.LIGHT
    assert "border-radius" not in lost(checkup, APPLE)


def test_what_holds_a_layout_costs_ten_times_as_much(bench):
    assert lost(bench.body('<div style="display:flex">x</div>'), OUTLOOK)["display:flex"] == support.HEAVY


@pytest.mark.parametrize(("style", "costs"), [("margin:0 0 4px", False), ("margin:-4px", True)])
def test_a_note_counts_only_for_what_it_is_about(bench, style, costs):
    assert ("margin" in lost(bench.body(f'<p style="{style}">x</p>'), GMAIL)) is costs


def test_outlook_alone_reads_conditional_comments(bench):
    checkup = bench.body('<!--[if mso]><div style="display:grid">x</div><![endif]-->')
    assert "display:grid" in lost(checkup, OUTLOOK)
    assert lost(checkup, GMAIL) == {}


def test_what_is_kept_from_outlook_does_not_count_there(bench):
    checkup = bench.body('<!--[if !mso]><!--><div style="display:grid">x</div><!--<![endif]-->')
    assert lost(checkup, OUTLOOK) == {}
    assert "display:grid" in lost(checkup, "gmx.desktop-webmail")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("mso", True), ("!mso", False), ("mso | IE", True), ("IE", False), ("gte mso 9", True), ("lte mso 11", False)],
)
def test_conditions_are_read_as_outlook_reads_them(condition, holds):
    assert ("kept" in for_outlook(f"a<!--[if {condition}]>kept<![endif]-->b")) is holds


def test_an_at_rule_is_an_enhancement_and_costs_nothing(bench):
    checkup = bench.variant(
        html=bench.html(
            head='<html lang="en"><head><title>t</title><style>@media (prefers-color-scheme: dark) '
            "{ p { color: #fff; text-shadow: none } }</style></head><body>"
        )
    )
    report = preflight.client_reports(replace(checkup, clients={GMAIL: 1}))["default"]
    assert report.score == 100
    assert "@media (prefers-color-scheme)" in report.clients[0].enhancements


def test_a_rule_that_finds_nothing_is_not_in_use():
    assert not [
        use
        for use in uses(head("[data-ogsc] .a { opacity: 0.5 } #outlook a { float: left }"))
        if use.slug in ("css-opacity", "css-float")
    ]


def test_a_rule_that_elements_repeat_in_their_own_style_is_not_leant_on():
    view = View(
        "<html><head><style>.a { color: red; opacity: 0.5 }</style></head>"
        '<body><p class="a" style="color: red; opacity: 0.5">x</p></body></html>'
    )
    style = [use for use in uses(view) if use.slug == "html-style"]
    assert [use.enhancement for use in style] == [True]
    assert [use.enhancement for use in uses(head(".a { opacity: 0.5 }")) if use.slug == "html-style"] == [False]


def test_a_layout_that_only_the_head_makes_is_in_use(bench):
    view = head("p { display: block; margin: 13px 0 } .a { display: grid; margin: -4px }")
    assert {"css-display-grid", "css-margin"} <= {use.slug for use in uses(view) if not use.enhancement}
    assert [
        use.enhancement for use in uses(head("p { display: block; margin: 13px 0 }")) if use.slug == "html-style"
    ] == [True]


def test_several_ways_to_hide_a_text_are_one(bench):
    hidden = '<div style="display:none;max-height:0;opacity:0;overflow:hidden;font-size:1px">Preheader</div>'
    assert lost(bench.body(hidden), OUTLOOK) == {}


def test_units_functions_and_picture_formats_are_features():
    view = View(
        '<body><p style="width:calc(1vw + 2rem)">x</p><img src="a.webp"><img src="data:image/png;base64,AA=="></body>'
    )
    assert {"css-unit-calc", "css-unit-vw", "css-unit-rem", "image-webp", "image-base64"} <= {
        u.slug for u in uses(view)
    }


def test_broken_css_is_left_out_and_the_rest_read():
    read = sheet("p { color: red; : ; x } @media (max-width: 480px) { .a { margin: 0 !important } ")
    assert read.rules[0].selectors == ("p",)
    assert read.rules[-1].conditions == ("@media (max-width: 480px)",)
    assert read.rules[-1].declarations[0].important


def test_readers_shares_weigh_the_score(bench):
    checkup = bench.body('<div style="display:grid">x</div>')
    only = {
        name: preflight.client_reports(replace(checkup, clients={name: 5}))["default"].score
        for name in (OUTLOOK, APPLE)
    }
    both = preflight.client_reports(replace(checkup, clients={OUTLOOK: 1, APPLE: 3}))["default"].score
    assert only[APPLE] == 100 > only[OUTLOOK]
    assert both == pytest.approx((only[OUTLOOK] + 3 * 100) / 4)


def test_the_table_is_made_of_either_form_of_the_data():
    stats = {"gmail": {"ios": {"2019": "y", "2024": "a #1"}}}
    by_slug = {
        "as_of": "2026-06-29",
        "features": {"css-x": {"title": "`x`", "stats": stats, "notes": {"1": "[No](u) `y`."}}},
    }
    listed = {
        "last_update_date": "2026-06-29 10:00",
        "data": [{"slug": "css-x", "title": "`x`", "stats": stats, "notes_by_num": {"1": "[No](u) `y`."}}],
    }
    made = client_support.compact(by_slug)
    assert made == client_support.compact(listed)
    assert made["features"]["css-x"] == {"title": "x", "answers": {"gmail.ios": "a 1"}, "notes": {"1": "No y."}}


def test_hyphens_that_a_client_does_not_set_are_no_loss():
    """A German issue asks for them in the head; nobody needs that `<style>` for it."""
    used = uses(head(".a { -webkit-hyphens: auto; hyphens: auto; hyphenate-limit-chars: 14 5 5 }"))
    assert not [use for use in used if "hyphen" in use.slug]
    assert [use.enhancement for use in used if use.slug == "html-style"] == [True]
    assert support.table().features["css-hyphenate-limit-chars"].knows(GMAIL)


def test_a_picture_of_a_kind_that_outlook_lacks_is_told_of_once(bench):
    made = bench.body('<img src="https://x.press/owl.webp" alt="An owl" width="60" height="40">')
    (alone,) = [one for one in preflight.check(made) if one.id == "clients.breaks"]
    assert alone.mend == "take a PNG or JPEG"
    asked = replace(made, pictures=(Seen("article 1", "https://x.press/owl.webp", None, 60),))
    found = [one.id for one in preflight.check(asked) if "WebP" in one.message or "webP" in one.message]
    assert found == ["images.kind"]
