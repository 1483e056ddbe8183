"""Figures that are taken in turns, with the limits of the machine beside each."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Samples:
    """Of one contestant in one case. The first one is kept apart: caches, pages and clocks are cold."""
    first: float = 0
    values: list = field(default_factory=list)
    bandwidth: list = field(default_factory=list)  # GB/s beside each value: the mean of before and after, median reads
    best_bandwidth: list = field(default_factory=list)  # the same of the best reads
    gigaflops: list = field(default_factory=list)
    int8_gigaops: list = field(default_factory=list)  # 0: not known of this processor
    detail: dict = field(default_factory=dict)

    @property
    def median(self):
        return statistics.median(self.values)

    def share_of_bandwidth(self, bytes_of_one, best=False):
        """The median over the samples of what was read by what could be read in that moment, or at best in it."""
        limits = self.best_bandwidth if best else self.bandwidth
        return statistics.median(value * bytes_of_one / (1e9 * limit) for value, limit in zip(self.values, limits))

    def share_of_gigaflops(self, operations_of_one):
        return statistics.median(value * operations_of_one / (1e9 * limit) for value, limit in zip(self.values, self.gigaflops))

    def share_of_int8(self, operations_of_one):
        """None where the limit is not known."""
        if not all(self.int8_gigaops):
            return None
        return statistics.median(value * operations_of_one / (1e9 * limit) for value, limit in zip(self.values, self.int8_gigaops))


class Machine:
    """Measures the machine by a worker that does nothing else, or by one that says so of itself. `once`: the first look has
    to do for all of them."""

    def __init__(self, worker, once=False):
        self.worker, self.once = worker, once
        self.seen = []

    def look(self, worker=None):
        if not (self.once and self.seen):
            self.seen.append((worker or self.worker).ask(do="machine"))
        return self.seen[-1]


def take_turns(machine, names, measure, rounds, apart=True, selves=None):
    """{name: Samples} of measure(name) -> (figure, detail), `rounds` times, after a first one if that is kept apart.
    `selves`: {name: worker} of those that can look at the machine themselves, right before and after their figures. Of the
    others one look serves the figure before it and the one behind."""
    samples = {name: Samples() for name in names}
    last = None  # who looked last, and what there was to see
    for number in range(0 if apart else 1, rounds + 1):
        for name in names:
            looker = (selves or {}).get(name)
            before = last[1] if last and last[0] is looker else machine.look(looker)
            value, detail = measure(name)
            after = machine.look(looker)
            last = looker, after
            mine = samples[name]
            mine.detail = detail
            if number == 0:
                mine.first = value
            else:
                mine.values.append(value)
                for limits, limit in [(mine.bandwidth, "gigabytes_per_second"), (mine.best_bandwidth, "best_gigabytes_per_second"),
                                      (mine.gigaflops, "float32_gigaflops"), (mine.int8_gigaops, "int8_gigaops")]:
                    limits.append((before[limit] + after[limit]) / 2)
    return samples
