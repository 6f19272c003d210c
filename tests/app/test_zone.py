"""The machine's time zone: named where something names it, unknown where nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.app import zone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":America/New_York", "America/New_York"),
        (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("Etc/UTC", "UTC"),
        ("UTC", "UTC"),
    ],
)
def test_the_environments_word_goes_first(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Africa/Lagos\n")
    assert zone.here({"TZ": text}, tmp_path) == (name, "TZ")


@pytest.mark.parametrize("rules", ["CET-1CEST,M3.5.0,M10.5.0/3", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", ""])
def test_what_names_no_zone_is_passed_over(rules: str, tmp_path: Path) -> None:
    assert zone.here({"TZ": rules}, tmp_path) is None
    (tmp_path / "timezone").write_text("Africa/Lagos\n")
    assert zone.here({"TZ": rules}, tmp_path) == ("Africa/Lagos", str(tmp_path / "timezone"))


@pytest.mark.parametrize("folder", ["zoneinfo", "zoneinfo/posix"])
def test_the_link_of_localtime_names_its_zone_before_the_file_does(folder: str, tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Africa/Lagos\n")
    (tmp_path / "localtime").symlink_to(f"../usr/share/{folder}/Asia/Kolkata")
    assert zone.here({}, tmp_path) == ("Asia/Kolkata", str(tmp_path / "localtime"))


def test_a_zone_is_called_what_the_machine_calls_it_though_its_file_is_a_link_to_another(tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Oslo").symlink_to("Berlin")
    (tmp_path / "localtime").symlink_to(zones / "Oslo")
    assert zone.here({}, tmp_path) == ("Europe/Oslo", str(tmp_path / "localtime"))


def test_a_ring_of_links_names_none(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "localtime")
    assert zone.here({}, tmp_path) is None
