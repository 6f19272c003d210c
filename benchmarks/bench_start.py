"""How long a command takes to begin: `newsletter --help` beside Python itself and beside typer with rich alone."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import typer, typer.rich_utils": [sys.executable, "-c", "import typer, typer.rich_utils"],
    "newsletter --help": [sys.executable, "-m", "newsletter", "--help"],
    "newsletter issue --help": [sys.executable, "-m", "newsletter", "issue", "--help"],
}


def main() -> None:
    """Print the table: median and slowest of the runs, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            begin = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            times[name].append(time.perf_counter() - begin)
    print(f"| command ({RUNS} runs) | median | slowest |\n| --- | --- | --- |")
    for name, found in times.items():
        print(f"| `{name}` | {statistics.median(found) * 1000:.0f} ms | {max(found) * 1000:.0f} ms |")
    print("\ngoal: `newsletter --help` under 250 ms")


if __name__ == "__main__":
    main()
