"""Start, memory, and the second question about a picture: each engine alone. Each part gives a text and charts by file name."""

import os
import shutil
import statistics

from document import figure, table

SCREENSHOT, PHOTO = (1024, 768), (512, 512)


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


def ask_about_picture(worker, picture, size):
    return worker.ask(do="turns", width=size[0], height=size[1], **picture)


def picture_for(options, ours, size):
    """The picture and the questions of ours, for the other engines: pixels in a file."""
    file = options.work / f"picture-{size[0]}x{size[1]}.rgb"
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = ours.ask(do="picture", width=size[0], height=size[1], file=str(file))
    return {"rgb": str(file), "question": answer["question"], "follow_up": answer["follow_up"]}


def memory(options, machine, contestants):
    size = (64, 64) if options.quick else SCREENSHOT
    machine.look()
    with next(each for each in contestants if each.engine == "sightline").start(context=2048) as ours:
        picture = picture_for(options, ours, size)
    rows = []
    for each in contestants:
        if each.missing:
            rows.append([each.name, *[None] * 2])
            continue
        with each.start(context=2048) as worker:
            idle = worker.ask(do="memory")["resident_bytes"]
            ask_about_picture(worker, picture, size)
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
            answer = ask_about_picture(worker, picture, size)
        with each.start(context=2048, keep=kept) as worker:
            again = worker.ask(do="second_turn", width=size[0], height=size[1], reply=answer["reply"], **picture)
        machine.look()
        rows.append([each.name, *(figure(part["seconds"]) for part in (answer["first"], answer["second"], again["second"]))])
    return (f"Seconds to the first token: a question about a new picture of {size[0]} x {size[1]}, a second question about it, and the "
            "second question in a process that was started anew.\n\n" +
            table(["", "first turn, s", "second turn, s", "second turn after a restart, s"], rows)), {}
