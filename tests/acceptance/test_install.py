"""The program finds its templates, examples and samples from a wheel, an editable install and a checkout alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("newsletter", "templates", "subscribers", "samples")
SHOW = """
import newsletter
from newsletter import resources
print(newsletter.__file__)
print(resources.folder("templates") / "email" / "digest")
print(sum(1 for _ in resources.folder("samples").iterdir()) > 10)
print((resources.folder("subscribers") / "weekly.csv").is_file())
"""


def _checkout(folder: Path) -> Path:
    """A copy of the sources alone, as a clone would have them."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def _python(folder: Path) -> Path:
    """A virtual environment that sees this one's libraries, but not this one's newsletter."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    site = next((folder / "lib").glob("python*")) / "site-packages"
    ours = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    for found in ours.iterdir():
        if "newsletter" not in found.name.lower():
            (site / found.name).symlink_to(found)
    return python


def _pip(python: Path, *args: str, cwd: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *args]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False, env=_env())
    assert done.returncode == 0, done.stderr


def _env() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHONPATH", "NEWSLETTER_"))}


def _seen(python: Path, cwd: Path) -> list[str]:
    done = subprocess.run(
        [str(python), "-c", SHOW], cwd=cwd, capture_output=True, text=True, timeout=60, check=False, env=_env()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("how", ["wheel", "editable", "checkout"])
def test_resources_are_found(how: str, tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building a wheel needs hatchling")
    source = tmp_path / "source"
    source.mkdir()
    _checkout(source)
    python = _python(tmp_path / "venv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if how != "checkout":
        _pip(python, *(["-e", "."] if how == "editable" else ["."]), cwd=source)
    home, theme, samples, example = _seen(python, source if how == "checkout" else elsewhere)
    assert (str(source) in home) is (how != "wheel")
    assert Path(theme).is_dir(), theme
    assert (samples, example) == ("True", "True")


def test_the_wheel_runs_the_demo(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building a wheel needs hatchling")
    source = tmp_path / "source"
    source.mkdir()
    _checkout(source)
    python = _python(tmp_path / "venv")
    _pip(python, ".", cwd=source)
    shutil.rmtree(source)
    command = [str(python), "-m", "newsletter", "demo", "--keep", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False, env=_env())
    assert done.returncode == 0, done.stderr
    assert "audience 5 = " in done.stdout
