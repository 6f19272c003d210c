"""What the fault tests counted, after the last line of dots, and as JSON in build/faults.json for docs/benchmarks.md.

A test tells of each kill with `record_property("uncertain", how_many)`; properties reach the reporting process from
every worker.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

#: Properties that are counted, and what they are printed as.
_KINDS = {
    "uncertain": "kills (SIGKILL)",
    "positions": "connections broken, one at each byte position",
}


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    found: dict[str, list[int]] = defaultdict(list)
    seconds = 0.0
    for reports in terminalreporter.stats.values():
        for report in reports:
            if not isinstance(report, pytest.TestReport) or "tests/faults/" not in report.nodeid:
                continue
            seconds += report.duration
            if report.when == "call":
                for name, value in report.user_properties:
                    found[name].append(value)
    if not (kills := found["uncertain"]):
        return
    figures = {
        "kills": len(kills),
        "uncertain_mean": round(sum(kills) / len(kills), 2),
        "uncertain_max": max(kills),
        "broken_connections": sum(found["positions"]),
        "seconds": round(seconds, 1),
    }
    terminalreporter.section("the ledger under faults")
    terminalreporter.line(
        f"{figures['kills']} {_KINDS['uncertain']}: {figures['uncertain_mean']} deliveries uncertain on average, "
        f"{figures['uncertain_max']} at most; {figures['broken_connections']} {_KINDS['positions']}; {seconds:.0f} s"
    )
    file = config.rootpath / "build" / "faults.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(figures, indent=2) + "\n")
