"""The parts of the bench. Each takes the options, the machine and the contestants, and gives a text and charts by file name."""

import os
import shutil
import statistics
import sys
from contextlib import ExitStack

from contestants import Shape
from document import figure, table
from plots import line_chart
from rounds import Machine, take_turns

__all__ = ["ALL", "Machine"]

DECODED = 32  # tokens that one figure is taken from
SCREENSHOT, PHOTO = (1024, 768), (512, 512)


def percent(value):
    return None if value is None else f"{100 * value:.0f} %"


def ready(stack, contestants, context):
    """{name: worker} of those that can take part, all of them open, so that they can take turns."""
    return {each.name: stack.enter_context(each.start(context=context)) for each in contestants if not each.missing}


def rendered(prompt):
    """As the chat template of the checkpoint writes it, for engines that take no ids."""
    return f"<|im_start|>user\n{prompt['text']}<|im_end|>\n<|im_start|>assistant\n"


def prompt_ids(workers, contestants, tokens, count=1):
    """The ids of ours, which the others get too: one prompt a sequence."""
    ours = next(workers[each.name] for each in contestants if each.engine == "sightline")
    prompts = [ours.ask(do="prompt", tokens=tokens, seed=20 + i) for i in range(count)]
    return {"ids": [prompt["ids"] for prompt in prompts], "texts": [rendered(prompt) for prompt in prompts]}


def decode_samples(options, machine, workers, contestants, context, sequences, names):
    order = {"do": "decode", "context": context, "tokens": 8 if options.quick else DECODED, "sequences": sequences}
    prompts = prompt_ids(workers, contestants, context, sequences)

    def measure(name):
        answer = workers[name].ask(**order, **prompts)
        return answer["tokens"] / answer["seconds"], answer

    return take_turns(machine, names, measure, options.rounds)


# ---- Decode ---------------------------------------------------------------------------------------------------------

def decode(options, machine, contestants):
    contexts = [32, 128] if options.quick else [32, 1024, 4096]
    shape = Shape.of(options.model)
    rows, series = [], {each.name: [None] * len(contexts) for each in contestants}
    with ExitStack() as stack:
        workers = ready(stack, contestants, max(contexts) + 512)
        for place, context in enumerate(contexts):
            samples = decode_samples(options, machine, workers, contestants, context, 1, list(workers))
            for each in contestants:
                mine = samples.get(each.name)
                if not mine:
                    rows.append([context, each.name, *[None] * 4])
                    continue
                read = each.weight_bytes + shape.cache_bytes * (mine.detail["context"] + DECODED / 2)
                series[each.name][place] = mine.median
                rows.append([context, each.name, figure(mine.median), figure(statistics.median(mine.bandwidth)),
                             percent(mine.share_of_bandwidth(read)), figure(mine.first)])
    text = "Tokens a second of one sequence; the share is that of the bandwidth beside it, counting weights and a KV cache of 16 bits.\n\n"
    text += table(["context", "", "tokens/s", "GB/s beside it", "share", "first sample"], rows)
    return text + "\n\n![Decode](pictures/performance-decode.svg)", {
        "performance-decode.svg": line_chart("Decode: tokens/s by context", contexts, series)}


def batch(options, machine, contestants):
    counts = [1, 2] if options.quick else [1, 4, 8, 16]
    able = [each for each in contestants if each.engine != "openvino"]
    rows, series = [], {each.name: [None] * len(counts) for each in able}
    with ExitStack() as stack:
        workers = ready(stack, able, 256)
        for place, count in enumerate(counts):
            samples = decode_samples(options, machine, workers, able, 32, count, list(workers))
            for each in able:
                mine = samples.get(each.name)
                if not mine:
                    rows.append([count, each.name, *[None] * 4])
                    continue
                series[each.name][place] = mine.median
                alone = series[each.name][0]
                rows.append([count, each.name, figure(mine.median), f"{mine.median / alone:.2f}",
                             figure(statistics.median(mine.bandwidth)), figure(mine.first)])
    text = "Several sequences behind 32 tokens each, decoded together: tokens a second in total.\n\n"
    text += table(["sequences", "", "tokens/s", "times one", "GB/s beside it", "first sample"], rows)
    return text + "\n\n![Batches](pictures/performance-batch.svg)", {
        "performance-batch.svg": line_chart("Several sequences: tokens/s in total", counts, series)}


# ---- Prefill --------------------------------------------------------------------------------------------------------

def prefill(options, machine, contestants):
    lengths = [64] if options.quick else [128, 512, 1024]
    operations = 2 * Shape.of(options.model).matrix_weights
    rows = []
    with ExitStack() as stack:
        workers = ready(stack, contestants, max(lengths) + 256)
        for length in lengths:
            seeds = iter(range(100, 10**9))
            ours = next(workers[each.name] for each in contestants if each.engine == "sightline")

            def measure(name):
                # A text that no cache has seen, each time.
                seed = next(seeds)
                prompt = ours.ask(do="prompt", tokens=length, seed=seed)
                answer = workers[name].ask(do="prefill", tokens=length, seed=seed, ids=prompt["ids"], text=rendered(prompt))
                return answer["tokens"] / answer["seconds"], answer

            samples = take_turns(machine, list(workers), measure, min(options.rounds, 3))
            for each in contestants:
                mine = samples.get(each.name)
                rows.append([length, each.name, *([None] * 4 if not mine else [
                    figure(mine.median), figure(mine.median * operations / 1e9), f"{mine.share_of_gigaflops(operations):.2f}",
                    figure(mine.first)])])
    return "A prompt that no cache has seen, to its first token.\n\n" + table(
        ["tokens", "", "tokens/s", "GFLOP/s", "times the float32 limit beside it", "first sample"], rows), {}


# ---- Start and memory -----------------------------------------------------------------------------------------------

def forget_pages(files):
    """Out of the page cache of the system, as far as no process maps them."""
    for path in files:
        for file in ([path] if path.is_file() else path.rglob("*") if path.is_dir() else []):
            if file.is_file():
                descriptor = os.open(file, os.O_RDONLY)
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def open_seconds(each):
    with each.start(context=2048) as worker:
        return worker.facts["open_seconds"] + worker.facts.get("library_seconds", 0)


def load(options, machine, contestants):
    rows = []
    machine.look()
    for each in contestants:
        if each.missing:
            rows.append([each.name, *[None] * 3])
            continue
        fresh = None
        if each.name.endswith(("int8", "int4")) and each.engine == "sightline":
            shutil.rmtree(options.packed, ignore_errors=True)
            options.packed.mkdir(parents=True)
            fresh = open_seconds(each)
        forget_pages(each.files)
        cold = open_seconds(each)
        warm = statistics.median(open_seconds(each) for _ in range(1 if options.quick else 3))
        rows.append([each.name, "-" if fresh is None else figure(fresh), figure(cold), figure(warm)])
    machine.look()
    return ("Seconds until a prompt can be taken, libraries included (the interpreter of the other engines is not). First: nothing "
            "is kept of an earlier start, so weights are packed; cold: the files are not in memory.\n\n" + table(
                ["", "first, s", "cold, s", "warm, s"], rows)), {}


def ask_about_picture(options, worker, ours_picture, size, **more):
    return worker.ask(do="turns", width=size[0], height=size[1], **ours_picture, **more)


def picture_for(options, ours, size):
    """The picture and the questions of ours, for the other engines: pixels in a file."""
    file = options.work / f"picture-{size[0]}x{size[1]}.rgb"
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = ours.ask(do="picture", width=size[0], height=size[1], file=str(file))
    return {"rgb": str(file), "question": answer["question"], "follow_up": answer["follow_up"]}


def memory(options, machine, contestants):
    size = (64, 64) if options.quick else SCREENSHOT
    machine.look()
    rows = []
    with ExitStack() as stack:
        first = next(each for each in contestants if each.engine == "sightline")
        with first.start(context=2048) as ours:
            picture = picture_for(options, ours, size)
    for each in contestants:
        if each.missing:
            rows.append([each.name, *[None] * 2])
            continue
        with each.start(context=2048) as worker:
            idle = worker.ask(do="memory")["resident_bytes"]
            ask_about_picture(options, worker, picture, size, length=2048)
            peak = worker.ask(do="memory")["peak_resident_bytes"]
        rows.append([each.name, f"{idle / 2**20:,.0f}", f"{peak / 2**20:,.0f}"])
    machine.look()
    return (f"Resident memory of the process: when the model is open, and at most while two questions about a picture of {size[0]} x "
            f"{size[1]} are answered in a context of 2,048 tokens. Mapped weights count.\n\n" +
            table(["", "open, MiB", "at most, MiB"], rows)), {}


def turns(options, machine, contestants):
    size = (64, 64) if options.quick else PHOTO
    machine.look()
    with next(each for each in contestants if each.engine == "sightline").start(context=2048) as ours:
        picture = picture_for(options, ours, size)
    rows = []
    for each in contestants:
        if each.missing:
            rows.append([each.name, *[None] * 3])
            continue
        kept = options.work / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        with each.start(context=2048, keep=kept) as worker:
            answer = ask_about_picture(options, worker, picture, size)
        with each.start(context=2048, keep=kept) as worker:
            again = worker.ask(do="second_turn", width=size[0], height=size[1], reply=answer["reply"], **picture)
        machine.look()
        rows.append([each.name, *(figure(part["seconds"]) for part in (answer["first"], answer["second"], again["second"]))])
    return (f"Seconds to the first token: a question about a new picture of {size[0]} x {size[1]}, a second question about it, and the "
            "second question in a process that was started anew.\n\n" +
            table(["", "first turn, s", "second turn, s", "second turn after a restart, s"], rows)), {}


ALL = {"decode": decode, "batch": batch, "prefill": prefill, "load": load, "memory": memory, "turns": turns}
