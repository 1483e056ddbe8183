"""Tokens a second: decode of one and of several sequences, prefill. Each part gives a text and charts by file name."""

import statistics
from contextlib import ExitStack

from contestants import Shape, sightline
from document import figure, table
from plots import line_chart
from rounds import take_turns

# Tokens that one figure is taken from, and figures a round: bandwidth moves within a second, so looks at it have to be near.
DECODED = 16
FIGURES_A_ROUND = 2


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

    selves = {each.name: workers[each.name] for each in contestants if each.engine == "sightline" and each.name in workers}
    return take_turns(machine, names, measure, FIGURES_A_ROUND * options.rounds, selves=selves)


def bytes_of_a_token(shape, contestant, samples):
    """What has to be read for one: weights, and the KV cache up to the middle of what was decoded."""
    return contestant.weight_bytes + shape.cache_values * contestant.cache_bits / 8 * (samples.detail["context"] + DECODED / 2)


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
                    rows.append([context, each.name, *[None] * 5])
                    continue
                read = bytes_of_a_token(shape, each, mine)
                series[each.name][place] = mine.median
                rows.append([context, each.name, figure(mine.median), figure(statistics.median(mine.bandwidth)),
                             percent(mine.share_of_bandwidth(read)), percent(mine.share_of_bandwidth(read, best=True)),
                             figure(mine.first)])
    text = "Tokens a second of one sequence; the share is that of the bandwidth beside it (the median of 24 reads right before and\n" \
           "after, and the best of them), counting weights and the KV cache: 16 bits a value, 8 of OpenVINO and of our int4.\n\n"
    text += table(["context", "", "tokens/s", "GB/s beside it", "share", "of the best", "first sample"], rows)
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


def prefill(options, machine, contestants):
    lengths = [64] if options.quick else [128, 512, 1024]
    shape = Shape.of(options.model)
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
                if not mine:
                    rows.append([length, each.name, *[None] * 5])
                    continue
                operations = shape.prefill_operations(length) / length
                rows.append([length, each.name, figure(mine.median), figure(mine.median * operations / 1e9),
                             percent(mine.share_of_int8(operations)), f"{mine.share_of_gigaflops(operations):.2f}",
                             figure(mine.first)])
    return "A prompt that no cache has seen, to its first token; operations are those of all products, the head for the last token\n" \
           "only. Limits are those beside each figure: products of bytes, and float32.\n\n" + table(
        ["tokens", "", "tokens/s", "Gop/s", "of int8", "times float32", "first sample"], rows), {}


def processors(options, machine, contestants):
    context, shape = 32, Shape.of(options.model)
    rows = []
    machine.look()  # for the heading, should no precision be of packed weights
    for precision in [each for each in options.precisions if each in ("int8", "int4")]:
        pair = [sightline(options, precision), sightline(options, precision, "avx2")]
        with ExitStack() as stack:
            workers = ready(stack, pair, 256)
            samples = decode_samples(options, machine, workers, pair, context, 1, list(workers))
        whole, limited = (samples[each.name].values for each in pair)
        for each, ratio in zip(pair, (1, statistics.median(a / b for a, b in zip(limited, whole)))):
            mine = samples[each.name]
            rows.append([each.name, figure(mine.median), figure(statistics.median(mine.bandwidth)),
                         percent(mine.share_of_bandwidth(bytes_of_a_token(shape, each, mine))), f"{ratio:.2f}"])
    return (f"Tokens a second of one sequence behind {context} tokens, with the kernels that this processor gets and with those for\n"
            "AVX2, in turns; beside it the median of the ratios of two that follow each other.\n\n" +
            table(["", "tokens/s", "GB/s beside it", "share", "times the first"], rows)), {}
