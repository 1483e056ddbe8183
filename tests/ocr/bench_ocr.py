#!/usr/bin/env python3
"""Measures the text reader on a set of pictures whose text is known, beside other readers in the same run.

`./dev bench ocr` calls it. A set is a folder with manifest.jsonl: {"id", "file", "kind", "subkind", "text", and "also" or
"question" with "bbox"}. The programs take turns picture by picture, so that whatever else the machine does hits all alike.
"""

import argparse
import difflib
import json
import statistics
import subprocess
import sys
from pathlib import Path

import contestants
import documents
import scoring

ROOT = Path(__file__).resolve().parent.parent.parent


def rows_of(options):
    kinds = set(filter(None, options.kinds.split(",")))
    rows = []
    for line in (options.set / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (row.get("text") is None and not row.get("bbox")) or kinds and row["kind"] not in kinds:
            continue
        row["file"] = str((options.set / row["file"]).resolve())
        rows.append(row)
    rows = rows[::options.every][:options.limit]
    if not rows:
        raise SystemExit(f"no picture in {options.set} is chosen")
    return rows


def kind_of(row):
    """Pages of two columns, and of languages that the set tells apart, have a line of their own."""
    parts = [row["kind"], row.get("language"), "two columns" if row.get("subkind") == "two-column" else None]
    return ", ".join(filter(None, parts))


# ---- Measuring ------------------------------------------------------------------------------------------------------

def open_contestants(options, threads):
    """Those that are here, and why the others are not."""
    opened, missing = [], {}
    for name in ["sightline", *options.against]:
        try:
            opened.append(contestants.ALL[name](options, threads))
        except contestants.Missing as reason:
            missing[name] = str(reason)
    return opened, missing


def measure(options, rows, threads):
    """{name: {"read": {id: result}, "summary": {...}}}, and {name: why} of those that cannot be measured here"""
    opened, missing = open_contestants(options, threads)
    results = {contestant.name: {"read": {}} for contestant in opened}
    for number, row in enumerate(rows):
        for contestant in opened:
            results[contestant.name]["read"][row["id"]] = contestant.read(row)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(rows)}, {threads} threads ", end="", file=sys.stderr, flush=True)
    for contestant in opened:
        results[contestant.name]["summary"] = contestant.finish()
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return results, missing


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def speed(results):
    seconds = [result["seconds"] for result in results if "seconds" in result]
    cpu = [result["cpu"] for result in results if "cpu" in result]
    if not seconds:
        return {}
    return {"seconds_median": statistics.median(seconds), "seconds_p90": quantile(seconds, 0.9), "cpu_mean": statistics.mean(cpu)}


def accuracy(rows, read):
    scores = [scoring.compare_row(row, read[row["id"]].get("text")) for row in rows]
    out = {}
    for name, unit in (("cer", "characters"), ("wer", "words")):
        out[name] = sum(score[unit][0] for score in scores) / max(1, sum(score[unit][1] for score in scores))
    ratios = [score["characters"][0] / max(1, score["characters"][1]) for score in scores]
    return {**out, "cer_median": statistics.median(ratios), "cer_worst": max(ratios)}


def pointing_scores(rows, read):
    boxes = [(row["bbox"], read[row["id"]].get("bbox")) for row in rows]
    return {"iou_at_0.5": sum(bool(box) and scoring.overlap(truth, box) >= 0.5 for truth, box in boxes) / len(boxes),
            "centre_hits": sum(bool(box) and scoring.centre_inside(truth, box) for truth, box in boxes) / len(boxes)}


def summarise(rows, results):
    """{name: {"kinds": {kind: figures}, "all": figures, "summary": ...}}"""
    groups = {}
    for row in rows:
        groups.setdefault(kind_of(row), []).append(row)
    report = {}
    for name, result in results.items():
        read, kinds = result["read"], {}
        for kind, members in groups.items():
            figures = kinds[kind] = {"n": len(members), **speed([read[row["id"]] for row in members])}
            written = [row for row in members if row.get("text") is not None]
            pointed = [row for row in members if row.get("bbox")]
            if written:
                figures.update(accuracy(written, read))
            if pointed:
                figures.update(pointing_scores(pointed, read))
        report[name] = {"kinds": kinds, "all": {"n": len(rows), **speed(list(read.values()))}, **result["summary"]}
    return report


# ---- Showing --------------------------------------------------------------------------------------------------------

def percent(figures, name):
    return f"{100 * figures[name]:.2f}" if name in figures else "-"


def table(lines):
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    for n, line in enumerate(lines):
        yield "| " + " | ".join(cell.ljust(widths[k]) if k == 0 else cell.rjust(widths[k]) for k, cell in enumerate(line)) + " |"
        if n == 0:
            yield "|" + "|".join("-" * (width + 1) + (":" if k else "-") for k, width in enumerate(widths)) + "|"


def cells_of(figures, ours):
    cells = [percent(figures, "cer"), percent(figures, "wer")]
    if "iou_at_0.5" in figures:
        cells = [f"IoU {100 * figures['iou_at_0.5']:.0f}", f"centre {100 * figures['centre_hits']:.0f}"]
    seconds = [f"{figures[name]:.2f}" if name in figures else "-" for name in ("seconds_median", "seconds_p90", "cpu_mean")]
    if figures is ours:
        return cells + seconds
    ratio = f"{ours['cpu_mean'] / figures['cpu_mean']:.2f}" if figures.get("cpu_mean") and ours.get("cpu_mean") else "-"
    return cells + seconds + [ratio]


def table_of(threads, report, missing):
    """The lines of what is shown for one number of threads."""
    names = list(report)
    head = ["kind", "n"]
    for name in names:
        head += [f"{name} CER %", "WER %", "s median", "s p90", "CPU s"] + (["CPU ratio"] if name != names[0] else [])
    lines = [head]
    for kind in [*report[names[0]]["kinds"], "all"]:
        figures = [report[name]["all"] if kind == "all" else report[name]["kinds"][kind] for name in names]
        line = [kind, str(figures[0]["n"])]
        for each in figures:
            line += cells_of(each, figures[0])
        lines.append(line)
    yield from table(lines)
    yield ""
    for name in names:
        facts = report[name]
        if "peak_rss_mb" not in facts:
            continue
        more = f", {facts['precision']}, loaded in {facts['load_seconds']:.2f} s" if "precision" in facts else ""
        more += f", {threads} thread{'s' if threads > 1 else ''}"
        yield f"- {name}: peak RSS {facts['peak_rss_mb']:.0f} MB{more}"
    for name, reason in missing.items():
        yield f"- {name}: not measured ({reason})"
    if len(names) > 1:
        yield f"- CPU ratio: processor seconds of {names[0]} to those of the other on the same pictures"
    yield ""


def differences(expected, read, width=40):
    """What stands there and what was read instead, in short."""
    matcher = difflib.SequenceMatcher(None, expected, read, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield f"{expected[max(0, a - 12):a]}[{shorten(expected[a:b], width)} -> {shorten(read[c:d], width)}]{expected[b:b + 8]}"


def shorten(text, width):
    return text if len(text) <= width else f"{text[:width // 2]} ... ({len(text)}) ... {text[-width // 2:]}"


def print_worst(rows, read, count):
    scored = []
    for row in rows:
        if row.get("text") is not None:
            edits, length = scoring.compare_row(row, read[row["id"]].get("text"))["characters"]
            scored.append((edits / max(1, length), edits, row))
    for error, edits, row in sorted(scored, key=lambda item: -item[0])[:count]:
        if edits:
            orders = [row["text"], *row.get("also", [])]
            text = scoring.comparable(read[row["id"]].get("text"), scoring.counts_spaces(row))
            expected = min((scoring.comparable(order, scoring.counts_spaces(row)) for order in orders),
                           key=lambda order: scoring.edit_distance(order, text))
            print(f"{100 * error:6.2f} %  {edits:4} edits  {row['id']} ({row.get('subkind', '')})")
            for line in list(differences(expected, text))[:12]:
                print(f"          {line}")
    print()


def memory(options):
    command = [options.program, "--reader", options.reader, "--threads", options.threads[0], "--precision", options.precision,
               "--pages", options.pages_memory, "--every", options.every, options.set / "manifest.jsonl"]
    for name in ("kinds", "limit"):
        if getattr(options, name):
            command += [f"--{name}", getattr(options, name)]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    seen = []
    for line in process.stdout:
        row = json.loads(line)
        if "pages" in row:
            seen.append(row["rss_mb"])
            print(f"after {row['pages']:6} pages: {row['rss_mb']:.0f} MB resident, {row['cpu']:.0f} s of processor", flush=True)
    if process.wait() != 0:
        return process.returncode
    if len(seen) > 1:
        print(f"{seen[-1] - seen[0]:+.0f} MB between the first and the last line")
    return 0


def score_again(options, rows):
    read = {row["id"]: row for row in map(json.loads, options.score.read_text(encoding="utf-8").splitlines())}
    rows = [row for row in rows if row["id"] in read]
    if not rows:
        raise SystemExit(f"{options.score} has no picture of {options.set}")
    report = summarise(rows, {"sightline": {"read": read, "summary": {}}})
    if not options.json:
        print("\n".join(table_of(1, report, {})))
    return conclude(options, rows, read, {1: report})


def main():
    parser = argparse.ArgumentParser(prog="./dev bench ocr", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, default=ROOT / "tests/data/ocr", help="folder with manifest.jsonl (default tests/data/ocr)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--predictions", type=Path, metavar="OUT.jsonl", help="write what our reader read, one row a picture")
    parser.add_argument("--against", default="", help="tesseract, rapidocr or both with a comma between")
    parser.add_argument("--threads", default="1", help="for example 1,2: everything is measured once for each")
    parser.add_argument("--precision", choices=["automatic", "float32", "bfloat16"], default="automatic")
    parser.add_argument("--kinds", default="")
    parser.add_argument("--every", type=int, default=1, help="only each Nth picture")
    parser.add_argument("--limit", type=int, help="at most so many pictures")
    parser.add_argument("--as-it-is", action="store_true", help="without the cleanup of the page")
    parser.add_argument("--raw", action="store_true", help="without repairs of what was read")
    parser.add_argument("--cold", action="store_true", help="do not read the first picture once before it counts")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N worst pictures and what is wrong in them")
    parser.add_argument("--pages-memory", type=int, metavar="N", help="read N pages round and round and show the memory in use")
    parser.add_argument("--score", type=Path, metavar="FILE.jsonl", help="count the errors of such a file again; nothing is read")
    parser.add_argument("--into", type=Path, metavar="FILE.md", help="write the tables there, between the marks of the last ones, too")
    parser.add_argument("--limit-cer", type=float, metavar="PERCENT", help="exit code 1 if a kind has more character errors")
    parser.add_argument("--rapidocr-python", default="", help="a Python that has rapidocr (default: that of .venv)")
    parser.add_argument("--pages-python", default="", help=argparse.SUPPRESS)  # one that has Pillow
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--reader", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.against = [name for name in options.against.split(",") if name]
    unknown = [name for name in options.against if name not in contestants.ALL or name == "sightline"]
    if unknown:
        parser.error(f"--against {unknown[0]}: tesseract or rapidocr")
    options.threads = [int(word) for word in options.threads.split(",")]
    options.rapidocr_pythons = [options.rapidocr_python] if options.rapidocr_python else [ROOT / ".venv/bin/python"]
    if options.pages_memory:
        return memory(options)
    rows = rows_of(options)
    if options.score:
        return score_again(options, rows)
    if options.into:
        documents.around(options.into)  # it must have a place for them before hours are spent
    reports, first, shown = {}, None, []
    for threads in options.threads:
        results, missing = measure(options, rows, threads)
        first = first or results
        reports[threads] = summarise(rows, results)
        lines = list(table_of(threads, reports[threads], missing))
        shown += lines
        if not options.json:
            print("\n".join(lines), flush=True)
    if options.into:
        documents.put_into(options.into, [*documents.origin(sys.argv[1:], len(rows)), "", *shown])
    return conclude(options, rows, first["sightline"]["read"], reports)


def conclude(options, rows, read, reports):
    if options.predictions:
        options.predictions.write_text("".join(json.dumps(read[row["id"]], ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if options.json:
        print(json.dumps({"set": str(options.set), "pictures": len(rows), "threads": reports}, ensure_ascii=False, indent=1))
    if options.worst:
        print_worst(rows, read, options.worst)
    failed = [f"{row['id']}: {read[row['id']]['error']}" for row in rows if "error" in read[row["id"]]]
    for line in failed:
        print(f"not read: {line}", file=sys.stderr)
    over = [] if options.limit_cer is None else [
        (kind, figures["cer"]) for kind, figures in next(iter(reports.values()))["sightline"]["kinds"].items()
        if figures.get("cer", 0) * 100 > options.limit_cer]
    for kind, error in over:
        print(f"{kind}: {100 * error:.2f} % of the characters are wrong, more than {options.limit_cer:g} %", file=sys.stderr)
    return 1 if failed or over else 0


if __name__ == "__main__":
    sys.exit(main())
