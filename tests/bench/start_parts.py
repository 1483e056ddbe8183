"""Start and memory: each engine alone. Each part gives a text and charts by file name."""

import os
import shutil
import statistics

from document import figure, table
from picture_parts import SCREENSHOT, ask_about_picture, each_alone, picture_of


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
    def measure(each):
        fresh = None
        if each.name.endswith(("int8", "int4")) and each.engine == "sightline":
            shutil.rmtree(options.packed, ignore_errors=True)
            options.packed.mkdir(parents=True)
            fresh = open_seconds(each)
        forget_pages(each.files)
        cold = open_seconds(each)
        warm = statistics.median(open_seconds(each) for _ in range(1 if options.quick else 3))
        return ["-" if fresh is None else figure(fresh), figure(cold), figure(warm)]

    return ("Seconds until a prompt can be taken, libraries included (the interpreter of the other engines is not). First: nothing "
            "is kept of an earlier start, so weights are packed; cold: the files are not in memory.\n\n" + table(
                ["", "first, s", "cold, s", "warm, s"], each_alone(machine, contestants, 3, measure))), {}


def memory(options, machine, contestants):
    size = (64, 64) if options.quick else SCREENSHOT
    picture = picture_of(options, contestants, size)

    def measure(each):
        with each.start(context=2048) as worker:
            idle = worker.ask(do="memory")["resident_bytes"]
            ask_about_picture(worker, picture)
            peak = worker.ask(do="memory")["peak_resident_bytes"]
        return [f"{idle / 2**20:,.0f}", f"{peak / 2**20:,.0f}"]

    return (f"Resident memory of the process: when the model is open, and at most while two questions about a picture of {size[0]} x "
            f"{size[1]} are answered in a context of 2,048 tokens. Mapped weights count.\n\n" +
            table(["", "open, MiB", "at most, MiB"], each_alone(machine, contestants, 2, measure))), {}
