"""Who takes part: a name, what is read for every token, and how to start a worker."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from workers import Worker

HERE = Path(__file__).resolve().parent


@dataclass
class Contestant:
    name: str
    engine: str  # "sightline", "llama.cpp", "openvino"
    weight_bytes: int  # of decoder and head: what a token of one sequence reads, besides the KV cache
    start: object  # (context=, keep=) -> Worker
    files: list  # what a cold start reads from the disk
    missing: str = ""  # why it cannot take part; then the rest is empty
    cache_bits: float = 16  # of a value of the KV cache


@dataclass
class Shape:
    """Sizes of a decoder, from config.json."""
    matrix_weights: int  # of all layers and the head
    value_weights: int  # of those, of the projections to values
    cache_values: int  # of one position
    head_weights: int  # of the head, which a prefill needs for the last token only
    query_values: int  # of one position, of all layers

    @staticmethod
    def of(model):
        text = json.loads((model / "config.json").read_text())["text_config"]
        width, middle, layers, head = (text[name] for name in ("hidden_size", "intermediate_size", "num_hidden_layers", "head_dim"))
        queries, keys = text["num_attention_heads"] * head, text["num_key_value_heads"] * head
        layer = width * (2 * queries + 2 * keys + 3 * middle)
        head_weights = width * text["vocab_size"]
        return Shape(layer * layers + head_weights, layers * width * keys, 2 * layers * keys, head_weights, layers * queries)

    def prefill_operations(self, tokens):
        """Of all products of a prompt, attention to what lies before each token too; a product and its sum are two."""
        return (2 * ((self.matrix_weights - self.head_weights) * tokens + self.head_weights) +
                2 * tokens * (tokens + 1) * self.query_values)


# Of one weight: 32 weights share a scale of 2 bytes (inference/kernels/packed_matrix.h).
BYTES_OF_A_WEIGHT = {"float32": 4, "bf16": 2, "int8": 34 / 32, "int4": 18 / 32}
# Of a value of the KV cache; a scale of 4 bytes for each 128 (inference/kernels/cache_page.h).
CACHE_BITS = {"float32": 32, "int4": 8.25}
OPENVINO_CACHE_BITS = 8  # its default on a processor


# On a GPU (inference/networks/row_int8.h): one scale a row hardly counts.
GPU_BYTES_OF_A_WEIGHT = {"bf16": 2, "int8": 1}


def sightline_on_gpu(options, precision):
    def start(context=None, keep=None):
        return Worker(f"Sightline {precision} on the GPU", [options.program, "--model", options.model, "--precision", precision,
                                                            "--device", "cuda"] + (["--context", context] if context else []))

    weights = int(Shape.of(options.model).matrix_weights * GPU_BYTES_OF_A_WEIGHT[precision])
    return Contestant(f"Sightline {precision}", "sightline", weights, start, [])


def sightline(options, precision, processor=None):
    """processor: kernels of no more than that (inference/kernels/processor.h)."""
    limited = ["env", f"SIGHTLINE_PROCESSOR={processor}"] if processor else []

    def start(context=None, keep=None):
        """keep: the folder of what was computed; without it nothing is found again."""
        command = [*limited, options.program, "--model", options.model, "--precision", precision, "--threads", options.threads,
                   "--packed", options.packed]
        return Worker(f"Sightline {precision}", command + (["--context", context] if context else []) +
                      (["--cache", keep] if keep else []))

    shape = Shape.of(options.model)
    eight_bits = shape.value_weights if precision == "int4" else 0  # docs/performance.md says which layers keep them
    weights = int((shape.matrix_weights - eight_bits) * BYTES_OF_A_WEIGHT[precision] + eight_bits * BYTES_OF_A_WEIGHT["int8"])
    return Contestant(f"Sightline {precision}" + (f", {processor}" if processor else ""), "sightline", weights, start,
                      [*options.model.glob("*.safetensors"), options.packed], cache_bits=CACHE_BITS.get(precision, 16))


def llama(options, engine, kind):
    folder = options.work / "gguf"
    model, projector = folder / f"model.{kind}.gguf", folder / "mmproj.Q8_0.gguf"

    def start(context=None, keep=None):
        return Worker(f"llama.cpp {kind}", [engine.python, "-B", HERE / "llama_worker.py", model, "--mmproj", projector,
                                            "--threads", options.threads])

    return Contestant(f"llama.cpp {kind}", "llama.cpp", model.stat().st_size, start, [model, projector])


def openvino(options, engine, kind):
    folder = options.work / f"openvino-{kind}"

    def start(context=None, keep=None):
        return Worker(f"OpenVINO {kind}", [engine.python, "-B", HERE / "openvino_worker.py", folder, "--threads", options.threads])

    return Contestant(f"OpenVINO {kind}", "openvino", (folder / "openvino_language_model.bin").stat().st_size, start,
                      sorted(folder.glob("*.bin")), cache_bits=OPENVINO_CACHE_BITS)


def absent(name, engine, why):
    print(f"without {name}: {why}", file=sys.stderr)
    return Contestant(name, engine, 0, None, [], why)
