#!/usr/bin/env python3
"""Measures Sightline beside other engines: the same random weights, the same prompts, the same threads, in turns.

`./dev bench` calls it. Writes tables and charts into docs/performance.md. Every figure has the machine's limits beside it,
measured right before and after; the share of the limit is what can be compared between machines. An engine that is not
asked for, or cannot be had, is "not measured": nothing is taken from an earlier run.
"""

import argparse
import platform
import statistics
import sys
from datetime import date
from pathlib import Path

import contestants
import parts
from document import put
from environments import LlamaCpp, Missing, OpenVino
from rounds import Machine
from workers import Failed, Worker

ROOT = Path(__file__).resolve().parent.parent.parent
ENGINES = ["llama.cpp", "openvino"]
LLAMA_KINDS = ["Q4_K_M", "Q8_0"]
OPENVINO_KINDS = ["int4"]


def words(choices):
    def parse(text):
        chosen = [word for word in text.split(",") if word]
        for word in chosen:
            if word not in choices:
                raise argparse.ArgumentTypeError(f"'{word}' is none of {', '.join(choices)}")
        return chosen
    return parse


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=words(list(parts.ALL)), default=list(parts.ALL), metavar="PART,...",
                        help=", ".join(parts.ALL))
    parser.add_argument("--against", type=words(ENGINES), default=[], metavar="ENGINE,...", help=", ".join(ENGINES))
    parser.add_argument("--precisions", type=words(list(contestants.BYTES_OF_A_WEIGHT)), default=["bf16", "int8", "int4"],
                        metavar="P,...", help="of ours: " + ", ".join(contestants.BYTES_OF_A_WEIGHT))
    parser.add_argument("--rounds", type=int, default=5, help="behind the first, which is kept apart")
    parser.add_argument("--quick", action="store_true", help="short contexts and few rounds, to see that everything works")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True, help="model_bench")
    parser.add_argument("--probe-model", type=Path, required=True, help="a small model for the worker that measures the machine")
    parser.add_argument("--build", type=Path, required=True, help="where environments and converted models are kept")
    parser.add_argument("--document", type=Path, help="default: docs/performance.md; with --quick none")
    options = parser.parse_args()
    if not (options.model / "config.json").is_file():
        sys.exit(f"{options.model} is no model folder: it has no config.json")
    if options.rounds < 1 or options.threads < 1:
        sys.exit("--rounds and --threads are at least 1")
    if options.quick:
        options.rounds = min(options.rounds, 2)
    if not options.document and not options.quick:
        options.document = ROOT / "docs/performance.md"
    options.work = options.build / "bench" / options.model.name
    options.packed = options.work / "packed"
    options.packed.mkdir(parents=True, exist_ok=True)
    return options


def anchors(options):
    """Contestants of other engines, and what is to be said of their build."""
    found, notes = [], []
    if "llama.cpp" in options.against:
        try:
            engine = LlamaCpp(options.build)
            types = engine.convert(options.model, options.work / "gguf", LLAMA_KINDS)
            found += [contestants.llama(options, engine, kind) for kind in LLAMA_KINDS]
            notes += [engine.describe(), *types]
        except Missing as reason:
            found += [contestants.absent(f"llama.cpp {kind}", "llama.cpp", reason) for kind in LLAMA_KINDS]
    else:
        found += [contestants.Contestant(f"llama.cpp {kind}", "llama.cpp", 0, None, [], "not asked for") for kind in LLAMA_KINDS]
    for kind in OPENVINO_KINDS:
        name = f"OpenVINO {kind}"
        if "openvino" not in options.against:
            found.append(contestants.Contestant(name, "openvino", 0, None, [], "not asked for"))
            continue
        try:
            engine = OpenVino(options.build)
            engine.convert(options.model, options.work / f"openvino-{kind}", kind)
            found.append(contestants.openvino(options, engine, kind))
            notes.append(engine.describe())
        except Missing as reason:
            found.append(contestants.absent(name, "openvino", reason))
    return found, notes


def processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    family = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("cpu family", "model\t"))][:2]
    return f"{names[0] if names else platform.processor()} (family {', model '.join(family)}), {len(names)} processors"


def heading(options, machine, notes):
    """What has to stand above a table, so that its figures mean something."""
    bandwidth = sorted(look["gigabytes_per_second"] for look in machine.seen)
    gigaflops = statistics.median(look["float32_gigaflops"] for look in machine.seen)
    int8 = statistics.median(look["int8_gigaops"] for look in machine.seen)
    lines = [f"{date.today():%-d %B %Y}, {processor()}, {options.threads} threads, {options.model.name}. Read from memory: "
             f"{bandwidth[0]:.0f} / {statistics.median(bandwidth):.0f} / {bandwidth[-1]:.0f} GB/s (least, median, most of "
             f"{len(bandwidth)} looks); float32: {gigaflops:.0f} GFLOP/s; int8: {f'{int8:.0f} Gop/s' if int8 else 'not measured'}."]
    return "\n".join([*lines, *notes])


def main():
    options = arguments()
    ours = [contestants.sightline(options, precision) for precision in options.precisions]
    others, notes = anchors(options)
    lacking = [other.name for other in others if other.missing and other.engine in options.against]
    with Worker("the probe", [options.program, "--model", options.probe_model, "--threads", options.threads]) as probe:
        for name in options.only:
            machine = Machine(probe, once=options.quick)
            print(f"==> {name}", file=sys.stderr, flush=True)
            text, charts = parts.ALL[name](options, machine, ours + others)
            text = heading(options, machine, notes) + "\n\n" + text
            print(f"\n## {name}\n\n{text}\n", flush=True)
            if options.document:
                for file, chart in charts.items():
                    (options.document.parent / "pictures" / file).write_text(chart)
                options.document.write_text(put(options.document.read_text(), name, text))
    if lacking:
        sys.exit(f"not measured although asked for: {', '.join(lacking)}")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"./dev bench: {failure}")
    except ValueError as problem:
        sys.exit(f"./dev bench: {problem}")
