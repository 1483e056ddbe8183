"""Figures that are taken in turns, with the limits of the machine beside each."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Samples:
    """Of one contestant in one case. The first one is kept apart: caches, pages and clocks are cold."""
    first: float = 0
    values: list = field(default_factory=list)
    bandwidth: list = field(default_factory=list)  # GB/s beside each value: the mean of before and after
    gigaflops: list = field(default_factory=list)
    detail: dict = field(default_factory=dict)

    @property
    def median(self):
        return statistics.median(self.values)

    def share_of_bandwidth(self, bytes_of_one):
        """The median over the samples of what was read by what could be read in that moment."""
        return statistics.median(value * bytes_of_one / (1e9 * limit) for value, limit in zip(self.values, self.bandwidth))

    def share_of_gigaflops(self, operations_of_one):
        return statistics.median(value * operations_of_one / (1e9 * limit) for value, limit in zip(self.values, self.gigaflops))


class Machine:
    """Measures the machine by a worker that does nothing else; one look serves the figure before it and the one behind.
    `once`: the first look has to do for all of them."""

    def __init__(self, worker, once=False):
        self.worker, self.once = worker, once
        self.seen = []

    def look(self):
        if not (self.once and self.seen):
            self.seen.append(self.worker.ask(do="machine"))
        return self.seen[-1]


def take_turns(machine, names, measure, rounds, apart=True):
    """{name: Samples} of measure(name) -> (figure, detail), `rounds` times, after a first one if that is kept apart."""
    samples = {name: Samples() for name in names}
    before = machine.look()
    for number in range(0 if apart else 1, rounds + 1):
        for name in names:
            value, detail = measure(name)
            after = machine.look()
            mine = samples[name]
            mine.detail = detail
            if number == 0:
                mine.first = value
            else:
                mine.values.append(value)
                mine.bandwidth.append((before["gigabytes_per_second"] + after["gigabytes_per_second"]) / 2)
                mine.gigaflops.append((before["float32_gigaflops"] + after["float32_gigaflops"]) / 2)
            before = after
    return samples
