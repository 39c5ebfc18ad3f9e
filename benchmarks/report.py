"""Medians, ratios, and the table of a comparison."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from typing import Any

from workloads import WORKLOADS

Values = dict[str, list[float]]  # of each case, one value for each repeat


def summarize(workload: str, values: dict[str, Values]) -> dict[str, Any]:
    """Median, least and greatest of each peer and case, and how many times better nnfit's median is."""
    higher = WORKLOADS[workload].higher_is_better
    summary: dict[str, Any] = {}
    for peer, cases in values.items():
        for case, samples in cases.items():
            entry: dict[str, float] = {"median": statistics.median(samples), "min": min(samples), "max": max(samples)}
            ours = values.get("nnfit", {}).get(case)
            if ours and peer != "nnfit" and entry["median"] > 0:
                ratio = statistics.median(ours) / entry["median"]
                entry["nnfit_ahead"] = ratio if higher or ratio == 0 else 1 / ratio
            summary.setdefault(case, {})[peer] = entry
    return summary


def lines(workload: str, summary: dict[str, Any], failures: dict[str, str]) -> Iterable[str]:
    """The part of the table for one workload."""
    about = WORKLOADS[workload]
    better = "more" if about.higher_is_better else "less"
    yield f"\n{workload}: {about.title} ({about.unit}; {better} is better)"
    for case, peers in summary.items():
        for peer, entry in peers.items():
            ahead = f"{entry['nnfit_ahead']:8.2f} x" if "nnfit_ahead" in entry else ""
            spread = f"[{_number(entry['min'])} .. {_number(entry['max'])}]"
            yield f"  {case:16}{peer:18}{_number(entry['median']):>12}  {spread:28}{ahead}".rstrip()
    if len(summary) > 1:
        for peer, mean in geometric_means(summary).items():
            yield f"  {'geometric mean':16}{peer:18}{'':42}{mean:8.2f} x"
    for peer, reason in failures.items():
        yield f"  {'':16}{peer:18}failed: {reason}"


def geometric_means(summary: dict[str, Any]) -> dict[str, float]:
    """Over the cases, how many times better nnfit is than each peer."""
    ratios: dict[str, list[float]] = {}
    for peers in summary.values():
        for peer, entry in peers.items():
            if entry.get("nnfit_ahead", 0) > 0:
                ratios.setdefault(peer, []).append(entry["nnfit_ahead"])
    return {peer: math.exp(statistics.fmean(map(math.log, found))) for peer, found in ratios.items()}


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
