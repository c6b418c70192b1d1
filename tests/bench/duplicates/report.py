"""The benchmark's record as a page of Markdown."""

from __future__ import annotations

from typing import Any

PLAIN = "newsdedup, signatures"


def _number(value: Any, digits: int = 1) -> str:
    return f"{value:,.{digits}f}" if isinstance(value, int | float) else "–"


def _row(name: str, record: dict[str, Any], ours: dict[str, Any]) -> str:
    if "failed" in record:
        return f"| {name} | {record['failed'][0]} | | | | | |"
    ratio = record["cpu_s"] / ours["cpu_s"] if ours else None
    if "removed" in record:
        quality = f"{record['removed']:,} removed, {record['removed_by_truth']:,} by the truth | "
    else:
        quality = f"{_number(record.get('precision'), 4)} | {_number(record.get('recall'), 4)}"
    peak = _number(record.get("peak_mib"), 0)
    seconds = f"{_number(record['cpu_s'])} | {_number(record['wall_s'])} | {_number(ratio)}"
    return f"| {name} | {seconds} | {quality} | {peak} |"


def _stages(records: dict[str, dict[str, Any]]) -> list[str]:
    """Compare signing with datasketch's, one worker with two, and the stage alone with datasketch's process."""
    lines = []
    sign = records.get("newsdedup, signing only", {})
    two = records.get("newsdedup, signing only, two workers", {})
    peer, ours = records.get("datasketch", {}), records.get(PLAIN, {})
    if sign.get("warm_cpu_s") and peer.get("sign_s"):
        ratio = peer["sign_s"] / sign["warm_cpu_s"]
        lines.append(
            f"Signing, tokenising and shingling included: {ratio:.0f} times as fast as datasketch's bulk."
        )
    if sign.get("warm_s") and two.get("warm_s"):
        lines.append(
            f"Signing with two workers: {sign['warm_s'] / two['warm_s']:.2f} times as fast as with one (wall)."
        )
    if ours.get("warm_cpu_s") and peer.get("stage_s"):
        ratio = peer["stage_s"] / ours["warm_cpu_s"]
        lines.append(f"The stage alone, text in memory to pairs: {ratio:.0f} times as fast as datasketch's.")
    return lines


def as_markdown(report: dict[str, Any]) -> str:
    """Write the table, then what it was measured on."""
    records = report["records"]
    ours = records.get(PLAIN, {})
    size = f"{report['articles']:,} synthetic articles ({report['megabytes']:,} MB of JSON Lines)"
    introduction = (
        f"Pairs of Jaccard {report['threshold']} or more on 5-word shingles, 128 permutations; "
        f"{report['true_pairs']:,} true pairs by an exact join. Whole processes, reading included, one processor "
        "unless said otherwise; ratios are of processor seconds to those of the first row. The default rule finds "
        "other copies than Jaccard does, so its precision and recall against these pairs say little."
    )
    lines = [
        f"# Duplicates: {size}",
        "",
        introduction,
        "",
        "| contender | processor s | wall s | times as long | precision | recall | peak MiB |",
        "|---|---|---|---|---|---|---|",
        *(_row(name, record, ours) for name, record in records.items()),
        "",
        *_stages(records),
        "",
        "Measured on: " + ", ".join(f"{name} {value}" for name, value in report["machine"].items()) + ".",
        "",
        "Peers: "
        + ", ".join(f"{name} {number or 'absent'}" for name, number in report["peers"].items())
        + ".",
        "",
    ]
    return "\n".join(lines)
