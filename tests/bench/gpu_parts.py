"""Decoding on a GPU, ours alone. Without one every figure is "not measured"."""

import statistics

from contestants import GPU_BYTES_OF_A_WEIGHT, Shape, sightline_on_gpu
from document import figure, table
from rounds import take_turns
from speed_parts import DECODED, FIGURES_A_ROUND, percent
from workers import Failed


def gpu(options, machine, contestants):
    contexts = [32, 128] if options.quick else [32, 1024, 4096]
    cache = Shape.of(options.model).cache_values * 2
    rows, said = [], []
    machine.look()  # of the processor, for the heading
    for each in [sightline_on_gpu(options, precision) for precision in GPU_BYTES_OF_A_WEIGHT]:
        try:
            with each.start(context=max(contexts) + 512) as worker:
                said.append(f"{each.name}: {worker.facts['device']}, libtorch {worker.facts['torch']}.")
                rows += [[context, each.name, *row(options, machine, each, worker, context, cache)] for context in contexts]
        except Failed as reason:
            said.append(f"Not measured: {str(reason).split(': model_bench: ')[-1]}.")
            rows += [[context, each.name, *[None] * 4] for context in contexts]
    return ("Tokens a second of one sequence; the share is that of what the GPU reads and writes beside it where it only copies, "
            "counting weights and the KV cache.\n\n" + "\n".join(dict.fromkeys(said)) + "\n\n" +
            table(["context", "", "tokens/s", "GB/s beside it", "share", "first sample"], rows)), {}


def row(options, machine, each, worker, context, cache):
    def measure(_):
        answer = worker.ask(do="decode", context=context, tokens=8 if options.quick else 4 * DECODED)
        return answer["tokens"] / answer["seconds"], answer

    mine = take_turns(machine, [each.name], measure, FIGURES_A_ROUND * options.rounds, selves={each.name: worker})[each.name]
    read = each.weight_bytes + cache * (mine.detail["context"] + 2 * DECODED)
    return [figure(mine.median), figure(statistics.median(mine.bandwidth)), percent(mine.share_of_bandwidth(read)), figure(mine.first)]
