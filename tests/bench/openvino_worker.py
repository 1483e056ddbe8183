"""Measures a model in OpenVINO GenAI, by the orders of model_bench (inference/tools/model_bench.cpp); a line of JSON each.

    openvino_worker.py FOLDER --threads N

It takes texts, not ids; what it makes of them is counted by itself.
"""

import argparse
import time
from pathlib import Path

begin = time.perf_counter()
import numpy as np  # noqa: E402
import openvino  # noqa: E402
import openvino_genai  # noqa: E402
from orders import serve  # noqa: E402

library_seconds = time.perf_counter() - begin


def generation(tokens):
    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = config.min_new_tokens = tokens
    config.ignore_eos, config.do_sample, config.apply_chat_template = True, False, False
    return config


class Worker:
    def __init__(self, options):
        begin = time.perf_counter()
        self.pipeline = openvino_genai.VLMPipeline(str(options.folder), "CPU", INFERENCE_NUM_THREADS=options.threads)
        self.seconds = time.perf_counter() - begin

    def generate(self, text, tokens, **more):
        return self.pipeline.generate(text, generation_config=generation(tokens), **more).perf_metrics

    def prefill(self, order):
        metrics = self.generate(order["text"], 1)
        return {"tokens": metrics.get_num_input_tokens(), "seconds": metrics.get_ttft().mean / 1000}

    def decode(self, order):
        """Its cache of prefixes has the prompt from the second time on; the first token is not counted."""
        if len(order["texts"]) != 1:
            raise RuntimeError("this pipeline has one sequence")
        metrics = self.generate(order["texts"][0], order["tokens"] + 1)
        microseconds = metrics.raw_metrics.m_durations[-order["tokens"]:]
        return {"context": metrics.get_num_input_tokens(), "tokens": len(microseconds), "seconds": sum(microseconds) / 1e6}

    def picture(self, order):
        pixels = np.fromfile(order["rgb"], np.uint8).reshape(1, order["height"], order["width"], 3)
        return [openvino.Tensor(pixels)]

    def encode(self, order):
        """What its pipeline spends on the embeddings of a prompt; those of the text cost nothing beside the picture's."""
        metrics = self.generate(order["question"], 1, images=self.picture(order))
        return {"seconds": metrics.get_prepare_embeddings_duration().mean / 1000}

    def turns(self, order):
        self.pipeline.start_chat()
        first = self.generate(order["question"], 16, images=self.picture(order))
        second = self.generate(order["follow_up"], 1)
        self.pipeline.finish_chat()
        return {"first": {"seconds": first.get_ttft().mean / 1000}, "reply": "", "second": {"seconds": second.get_ttft().mean / 1000}}

    def second_turn(self, order):
        """The conversation as one prompt: it keeps nothing over a restart."""
        text = order["question"] + order["reply"] + order["follow_up"]
        return {"second": {"seconds": self.generate(text, 1, images=self.picture(order)).get_ttft().mean / 1000}}

    def memory(self, _):
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return {"peak_resident_bytes": int(status["VmHWM"].split()[0]) << 10, "resident_bytes": int(status["VmRSS"].split()[0]) << 10}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    worker = Worker(options)
    serve(worker, {"open_seconds": worker.seconds, "library_seconds": library_seconds, "version": openvino.__version__})


if __name__ == "__main__":
    main()
