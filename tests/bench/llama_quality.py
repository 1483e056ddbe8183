"""The next-token distributions of llama.cpp beside those that quality_check --dump wrote. Runs in the environment of llama.cpp.

    llama_quality.py MODEL.gguf DUMP_FOLDER [--threads N]

Token ids, positions and the features of pictures are those of our float32 run, so only the decoder is compared. Prints
{"prefill": {...}, "decode": {...}} with the same measures as quality_check.
"""

import argparse
import json
import math
from pathlib import Path

import llama_api
import numpy as np

import llama_cpp


class Comparison:
    """As inference/tools/distribution_comparison.h."""

    def __init__(self):
        self.divergences, self.same = [], 0

    def add(self, reference, logits):
        wanted, mine = log_softmax(reference), log_softmax(logits)
        probability = np.exp(wanted)
        self.divergences.append(float(np.sum(np.where(probability > 0, probability * (wanted - mine), 0))))
        self.same += int(reference.argmax() == logits.argmax())

    def summary(self):
        ordered = sorted(self.divergences)
        return {"positions": len(ordered), "divergence_mean": sum(ordered) / len(ordered),
                "divergence_p99": ordered[math.ceil(0.99 * len(ordered)) - 1], "same_top": self.same / len(ordered)}


def log_softmax(logits):
    values = logits.astype(np.float64)
    values -= values.max()
    return values - np.log(np.exp(values).sum())


def feed(context, text, features, begin, end, wanted):
    """Tokens [begin, end) in one piece a kind; rows of logits of the positions in `wanted`, in order."""
    pictures, rows, at = set(text["picture_tokens"]), [], begin
    while at < end:
        after = at
        while after < end and after - at < context.chunk and (after in pictures) == (at in pictures):
            after += 1
        if at in pictures:
            first = text["picture_tokens"].index(at)
            positions = np.array(text["positions"][at:after], np.int32).T
            context.decode_embeddings(features[first:first + after - at], np.vstack([positions, np.zeros((1, after - at), np.int32)]))
        else:
            kept = [i - at for i in range(at, after) if i in wanted]
            context.decode(text["ids"][at:after], [place[0] for place in text["positions"][at:after]], [0] * (after - at), set(kept))
            rows += [context.logits(i).copy() for i in kept]
        at = after
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    llama_api.quiet()
    model = llama_api.Model(options.model)
    texts = json.loads((options.dump / "index.json").read_text())
    longest = max(len(text["ids"]) for text in texts)
    # A float32 model with a float32 cache shows what is not the weights'.
    exact = options.model.name.endswith(".F32.gguf")
    context = llama_api.Context(model, (longest + 255) // 256 * 256, options.threads,
                                cache_type=llama_cpp.GGML_TYPE_F32 if exact else None)
    by_prefill, by_decode = Comparison(), Comparison()
    for text in texts:
        reference = np.fromfile(options.dump / f"{text['name']}.logits", np.float32).reshape(-1, text["vocabulary"])
        features = None
        if text["picture_tokens"]:
            features = np.fromfile(options.dump / f"{text['name']}.features", np.float32).reshape(len(text["picture_tokens"]), -1)
        count, scored = len(text["ids"]), range(text["scored"], len(text["ids"]))
        context.forget(0, 0)
        for row, logits in zip(reference, feed(context, text, features, 0, count, scored), strict=True):
            by_prefill.add(row, logits)
        context.forget(0, 0)
        feed(context, text, features, 0, text["scored"], ())
        for row, place in zip(reference, scored, strict=True):
            by_decode.add(row, feed(context, text, features, place, place + 1, {place})[0])
    print(json.dumps({"prefill": by_prefill.summary(), "decode": by_decode.summary()}))


if __name__ == "__main__":
    main()
