"""Fuzz everything that reads sources: `python -m tests.fuzz [COUNT [FIRST]]` (20,000 inputs, from number 0).

Prints counts, the slowest and heaviest inputs, and every fault with the command that makes its input again:
`python -m tests.fuzz show NUMBER > FILE`. Ends with 1 where there were faults.
"""

from __future__ import annotations

import faulthandler
import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import harness, seeds

#: Inputs a round; each has a workspace of its own for what goes through all stages.
_ROUND = 1000


def main(arguments: list[str]) -> int:
    """Run, or write one input to standard output."""
    kinds = seeds.by_kind()
    if arguments[:1] == ["show"]:
        made = harness.make(int(arguments[1]), kinds)
        print(f"{made.source} ({made.kind}) {made.how} {made.content_type}", file=sys.stderr)
        sys.stdout.buffer.write(made.data)
        return 0
    count = int(arguments[0]) if arguments else 20_000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    begin, total = time.monotonic(), harness.Report()
    faulthandler.enable()
    for start in range(first, first + count, _ROUND):
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            report = harness.run(range(start, min(start + _ROUND, first + count)), kinds, Path(folder))
        for made, fault in report.faults:
            print(f"FAULT {made.number} {made.kind} {made.source} ({made.how}): {fault}", flush=True)
        _add(total, report)
        print(f"… {start + _ROUND - first:,} of {count:,}, {time.monotonic() - begin:,.0f} s", flush=True)
    _print(total, time.monotonic() - begin)
    return 1 if total.faults else 0


def _add(total: harness.Report, report: harness.Report) -> None:
    total.inputs += report.inputs
    total.articles += report.articles
    total.refused += report.refused
    total.stored += report.stored
    total.rendered += report.rendered
    total.faults += report.faults
    total.slowest = sorted([*total.slowest, *report.slowest], key=lambda row: -row[0])[:5]
    total.heaviest = sorted([*total.heaviest, *report.heaviest], key=lambda row: -row[0])[:5]


def _print(total: harness.Report, seconds: float) -> None:
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(total.inputs.items()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{total.inputs.total():,} inputs ({kinds}) in {seconds:,.0f} s, peak {peak:,.0f} MiB")
    print(f"{total.articles:,} articles, {total.refused:,} refused with a reason, {len(total.faults)} faults")
    print(f"through all stages: {total.stored:,} stored, {total.rendered:,} rendered")
    for spent, made in total.slowest:
        print(f"slow  {spent:6.2f} s   {made.number} {made.source} {len(made.data):,} bytes ({made.how})")
    for grown, made in total.heaviest:
        print(f"heavy {grown:6.0f} MiB {made.number} {made.source} {len(made.data):,} bytes ({made.how})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
