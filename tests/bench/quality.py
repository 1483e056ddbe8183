#!/usr/bin/env python3
"""What packed weights cost in quality: how far next-token distributions move from those in float32.

`./dev bench quality` calls it. Texts are forced, token by token, so that every position is compared after the same tokens.
Two models: the demo model on drawn lines (it was trained to read them: its distributions mean something) and the tiny
random one of the golden cases (they do not, but every part of the network is in them). llama.cpp is given the same weights,
token ids, positions and picture features. Divergence is Kullback-Leibler's, in nats.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import quality_texts
from document import put, table
from environments import LlamaCpp, Missing

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
KINDS = ["F32", "BF16", "Q8_0", "Q4_K_M"]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", choices=["llama.cpp"])
    parser.add_argument("--precisions", metavar="P,...", help="default: all")
    parser.add_argument("--program", type=Path, required=True, help="quality_check")
    parser.add_argument("--golden", type=Path, required=True)
    parser.add_argument("--pages-python", type=Path, required=True, help="an interpreter with Pillow")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--document", type=Path, default=ROOT / "docs/performance.md")
    return parser.parse_args()


def checked(command):
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or [f"exit code {result.returncode}"]
        sys.exit(f"./dev bench quality: {Path(command[0]).name}: {lines[-1]}")
    return result.stdout


def prepare(options):
    """(name, what it is, model folder, folder with texts.json) of each set."""
    work = options.build / "bench/quality"
    checked([options.pages_python, "-B", HERE / "quality_texts.py", work / "demo"])
    golden = quality_texts.golden_texts(options.golden, work / "golden")
    return [("demo", "demo model, drawn lines", ROOT / "resources/demo-model", work / "demo"),
            ("golden", "tiny random model, golden cases", golden, work / "golden")]


def ours(options, model, folder):
    command = [options.program, "--model", model, "--texts", folder / "texts.json", "--dump", folder / "dump"]
    if options.precisions:
        command += ["--precisions", options.precisions]
    return json.loads(checked(command))


def llama(engine, model, folder):
    """{kind: {"prefill": ..., "decode": ...}} and lines about the types of the matrices."""
    types = engine.convert(model, folder / "gguf", KINDS)
    results = {}
    for kind in KINDS:
        results[kind] = json.loads(checked([engine.python, "-B", HERE / "llama_quality.py", folder / f"gguf/model.{kind}.gguf",
                                            folder / "dump"]))
    return results, types


# The vision encoder of the 2B model in its true shape, and enough of its language model to see what comes of the features.
LAYERS = ["--preset", "2b", "--set", "text_config.num_hidden_layers=4", "--set", "text_config.vocab_size=896"]
# Released models have channels that are far larger than the others.
OUTLIERS = {"no channel stands out": [], "0.3 % of the channels 50 times as large": ["--outliers", "0.003,50"]}
STAGES = ["vision.block_out.0", "vision.block_out.11", "vision.block_out.23", "vision.deepstack.0", "vision.merger", "text.layer_out.0",
          "text.layer_out.3", "logits"]


def layers(options):
    """A table of how far each precision is from float32 layer by layer, for random models of the true shape."""
    rows = []
    for what, outliers in OUTLIERS.items():
        with tempfile.TemporaryDirectory(dir=options.build) as model:
            checked([options.pages_python, ROOT / "tests/make_checkpoint.py", model, *LAYERS, *outliers])
            results = json.loads(checked([options.program.parent / "layer_check", "--model", model, "--threads", "2"]))["results"]
        rows += [[what, result["precision"], *(f"{100 * result['errors'][stage]:.2f} %" for stage in STAGES),
                  f"{result['divergence_mean']:.1e}"] for result in results]
    return ("**random models of the 2B shape, 4 layers of text**: a picture of 512 x 512 and 64 tokens; RMS of the difference from "
            "float32 by RMS of the value, with what the layers before have lost; at the end the divergence\n\n" +
            table(["", "", *(stage.replace("_out", "") for stage in STAGES), "divergence"], rows))


def cells(result):
    if result is None:
        return [None] * 4
    return [f"{result['positions']:,}", f"{result['divergence_mean']:.2e}", f"{result['divergence_p99']:.2e}",
            f"{100 * result['same_top']:.2f} %"]


def rows_of(mine, others):
    rows = [[f"Sightline {result['precision']}", result["path"], *cells(result)] for result in mine["results"]]
    for kind in KINDS:
        for path in ("prefill", "decode"):
            rows.append([f"llama.cpp {kind}", path, *cells(others[kind][path] if others else None)])
    return rows


def main():
    options = arguments()
    engine = missing = None
    if options.against:
        try:
            engine = LlamaCpp(options.build)
        except Missing as reason:
            missing = reason
    text = [f"{date.today():%-d %B %Y}. " + (engine.describe() if engine else "")]
    for _, what, model, folder in prepare(options):
        mine, others, types = ours(options, model, folder), None, []
        if engine:
            try:
                others, types = llama(engine, model, folder)
            except Missing as reason:
                missing = reason
        text.append(f"**{what}** ({mine['texts']} texts)\n\n" + table(
            ["", "path", "positions", "divergence, mean", "p99", "same top token"], rows_of(mine, others)))
        if types:
            text.append("Matrices of llama.cpp: " + "; ".join(line.removeprefix("model.").replace(".gguf", "") for line in types) + ".")
    text.append(layers(options))
    text = "\n\n".join(text)
    print(text)
    options.document.write_text(put(options.document.read_text(), "quality", text))
    if missing:
        sys.exit(f"./dev bench quality: llama.cpp was not measured although asked for: {missing}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as problem:
        sys.exit(f"./dev bench quality: {problem}")
