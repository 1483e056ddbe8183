"""Measures a model in llama.cpp, by the orders of model_bench (inference/tools/model_bench.cpp); a line of JSON each.

    llama_worker.py MODEL.gguf --mmproj FILE.gguf [--threads N] [--context N]

Orders bring the token ids and texts of the same prompts as ours.
"""

import argparse
import ctypes
import time
from pathlib import Path

import llama_api
import llama_cpp
from llama_cpp import mtmd_cpp
import numpy as np
from orders import serve


class Worker:
    def __init__(self, options):
        begin = time.perf_counter()
        self.options = options
        self.model = llama_api.Model(options.model)
        self.vision = self.projector()
        self.conversation = llama_api.Context(self.model, options.context, options.threads)
        self.seconds = time.perf_counter() - begin
        self.prepared = {}

    def prefill(self, order):
        context = self.prepared.get("prefill")
        if context is None:
            context = self.prepared["prefill"] = llama_api.Context(self.model, 1280, self.options.threads)
        context.forget(0, 0)
        begin = time.perf_counter()
        context.prefill(order["ids"])
        return {"tokens": len(order["ids"]), "seconds": time.perf_counter() - begin}

    def prepare(self, order):
        """Contexts whose prompts are through; they are used again in every round. order["ids"]: a prompt a sequence."""
        key = (order["context"], len(order["ids"]))
        if key not in self.prepared:
            length = (max(map(len, order["ids"])) + order["tokens"] + 255) // 256 * 256
            context = llama_api.Context(self.model, length, self.options.threads, len(order["ids"]))
            first = [context.prefill(ids, sequence) for sequence, ids in enumerate(order["ids"])]
            self.prepared[key] = context, first
        return self.prepared[key]

    def decode(self, order):
        context, tokens = self.prepare(order)
        count, positions = len(tokens), [len(ids) for ids in order["ids"]]
        begin = time.perf_counter()
        for step in range(order["tokens"]):
            context.decode(tokens, [position + step for position in positions], range(count), range(count))
            tokens = [int(context.logits(row).argmax()) for row in range(count)]
        seconds = time.perf_counter() - begin
        for sequence, position in enumerate(positions):
            context.forget(sequence, position)
        return {"context": positions[0], "tokens": order["tokens"] * count, "seconds": seconds}

    # ---- Pictures ---------------------------------------------------------------------------------------------------

    def projector(self):
        parameters = mtmd_cpp.mtmd_context_params_default()
        parameters.use_gpu, parameters.n_threads, parameters.print_timings = False, self.options.threads, False
        parameters.warmup = False
        vision = mtmd_cpp.mtmd_init_from_file(str(self.options.mmproj).encode(), self.model.handle, parameters)
        if not vision:
            raise RuntimeError(f"llama.cpp cannot load {self.options.mmproj}")
        return vision

    def chunks_of(self, text, bitmaps):
        """Text with media markers in pieces, each text or a picture; to be freed."""
        chunks = mtmd_cpp.mtmd_input_chunks_init()
        text = text.encode()
        wanted = mtmd_cpp.mtmd_input_text(text=text, text_len=len(text), add_special=False, parse_special=True)
        pointers = (mtmd_cpp.mtmd_bitmap_p_ctypes * max(1, len(bitmaps)))(*bitmaps)
        result = mtmd_cpp.mtmd_tokenize(self.vision, chunks, ctypes.byref(wanted), pointers, len(bitmaps))
        if result != 0:
            raise RuntimeError(f"mtmd_tokenize gave {result}")
        return chunks

    def feed(self, text, bitmaps, past):
        """Text with media markers through encoder and decoder -> the next token, the next position."""
        chunks = self.chunks_of(text, bitmaps)
        after = llama_cpp.llama_pos(0)
        result = mtmd_cpp.mtmd_helper_eval_chunks(self.vision, self.conversation.handle, chunks, past, 0, self.conversation.chunk, True,
                                                  ctypes.byref(after))
        mtmd_cpp.mtmd_input_chunks_free(chunks)
        if result != 0:
            raise RuntimeError(f"mtmd_helper_eval_chunks gave {result}")
        return int(self.conversation.logits(-1).argmax()), after.value

    def begin(self, order):
        """An empty context, the picture, and the two questions as the chat template writes them."""
        pixels = np.fromfile(order["rgb"], np.uint8)
        bitmap = mtmd_cpp.mtmd_bitmap_init(order["width"], order["height"], pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)))
        self.conversation.forget(0, 0)
        question = "<|im_start|>user\n" + mtmd_cpp.mtmd_get_marker(self.vision).decode() + order["question"] + \
                   "<|im_end|>\n<|im_start|>assistant\n"
        follow_up = "<|im_end|>\n<|im_start|>user\n" + order["follow_up"] + "<|im_end|>\n<|im_start|>assistant\n"
        return bitmap, question, follow_up

    def encode(self, order):
        bitmap, question, _ = self.begin(order)
        chunks = self.chunks_of(question, [bitmap])
        seconds = tokens = 0
        for i in range(mtmd_cpp.mtmd_input_chunks_size(chunks)):
            chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, i)
            if mtmd_cpp.mtmd_input_chunk_get_type(chunk) == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_IMAGE:
                begin = time.perf_counter()
                if mtmd_cpp.mtmd_encode_chunk(self.vision, chunk) != 0:
                    raise RuntimeError("mtmd_encode_chunk failed")
                seconds += time.perf_counter() - begin
                tokens += mtmd_cpp.mtmd_input_chunk_get_n_tokens(chunk)
        mtmd_cpp.mtmd_input_chunks_free(chunks)
        return {"seconds": seconds, "picture_tokens": tokens}

    def turns(self, order):
        bitmap, question, follow_up = self.begin(order)
        begin = time.perf_counter()
        token, past = self.feed(question, [bitmap], 0)
        first = time.perf_counter() - begin
        for _ in range(15):
            self.conversation.decode([token], [past], [0], {0})
            token, past = int(self.conversation.logits(0).argmax()), past + 1
        begin = time.perf_counter()
        self.feed(follow_up, [], past)
        second = time.perf_counter() - begin
        return {"first": {"seconds": first}, "reply": "", "second": {"seconds": second}}

    def second_turn(self, order):
        """The whole conversation in a process that has not seen the picture: llama.cpp keeps nothing over a restart."""
        bitmap, question, follow_up = self.begin(order)
        begin = time.perf_counter()
        self.feed(question + order["reply"] + follow_up, [bitmap], 0)
        return {"second": {"seconds": time.perf_counter() - begin}}

    def memory(self, _):
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return {"peak_resident_bytes": int(status["VmHWM"].split()[0]) << 10, "resident_bytes": int(status["VmRSS"].split()[0]) << 10}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--mmproj", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--context", type=int, default=2048)
    options = parser.parse_args()
    llama_api.quiet()
    worker = Worker(options)
    serve(worker, {"open_seconds": worker.seconds, "version": llama_cpp.__version__, "build": llama_api.build()})


if __name__ == "__main__":
    main()
