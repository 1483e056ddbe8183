"""Pictures: encoding them, and the first and the second question about one. Each part gives a text and charts by file name."""

import shutil
from contextlib import ExitStack

from document import figure, table
from rounds import take_turns

SCREENSHOT, PHOTO = (1024, 768), (512, 512)


def each_alone(machine, contestants, columns, measure):
    """Rows of measure(contestant), a list of `columns` cells; the machine is looked at between any two."""
    rows = []
    machine.look()
    for each in contestants:
        rows.append([each.name, *([None] * columns if each.missing else measure(each))])
        machine.look()
    return rows


def picture_from(options, ours, size, seed=20):
    """What an order about a new picture needs; its pixels lie in a file for the other engines."""
    file = options.work / f"picture-{size[0]}x{size[1]}.rgb"
    file.parent.mkdir(parents=True, exist_ok=True)
    order = {"width": size[0], "height": size[1], "seed": seed}
    answer = ours.ask(do="picture", file=str(file), **order)
    return {**order, "rgb": str(file), "question": answer["question"], "follow_up": answer["follow_up"]}


def picture_of(options, contestants, size):
    with next(each for each in contestants if each.engine == "sightline").start(context=2048) as ours:
        return picture_from(options, ours, size)


def ask_about_picture(worker, picture):
    return worker.ask(do="turns", **picture)


def sees_alike(contestants):
    """One of each kind of vision encoder: int4 and int8 share the one in int8, and so do all GGUF files here."""
    kinds = {}
    for each in contestants:
        precision = each.name.split()[-1]
        kind = ("int8" if precision == "int4" else precision) if each.engine == "sightline" else each.engine
        if kind not in kinds or kinds[kind].missing or precision == "int4":
            kinds[kind] = each
    return list(kinds.values())


def encode(options, machine, contestants):
    sizes = [(64, 64)] if options.quick else [PHOTO, (1920, 1080)]
    able = sees_alike(contestants)
    rows = []
    with ExitStack() as stack:
        workers = {each.name: stack.enter_context(each.start(context=4096)) for each in able if not each.missing}
        ours = next(workers[each.name] for each in able if each.engine == "sightline")
        seeds = iter(range(300, 10**9))
        for size in sizes:
            large = size[0] * size[1] > 2**20
            if not large:
                for worker in workers.values():  # what a first picture sets up is not what is compared
                    worker.ask(do="encode", **picture_from(options, ours, (64, 64), next(seeds)))

            def measure(name):
                # A picture that no cache has seen, each time.
                answer = workers[name].ask(do="encode", **picture_from(options, ours, size, next(seeds)))
                return answer["seconds"], answer

            samples = take_turns(machine, list(workers), measure, 1 if large else min(options.rounds, 3), apart=not large)
            for each in able:
                mine = samples.get(each.name)
                rows.append([f"{size[0]} x {size[1]}", each.name, mine and figure(mine.median), mine and mine.detail.get("picture_tokens")])
    return ("Seconds from a picture's pixels to its features, in a process that is warm. Weights are int8 in every engine but ours in "
            "bf16.\n\n" + table(["picture", "", "s", "tokens"], rows)), {}


def turns(options, machine, contestants):
    size = (64, 64) if options.quick else PHOTO
    picture = picture_of(options, contestants, size)

    def measure(each):
        kept = options.work / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        with each.start(context=2048, keep=kept) as worker:
            answer = ask_about_picture(worker, picture)
        with each.start(context=2048, keep=kept) as worker:
            again = worker.ask(do="second_turn", reply=answer["reply"], **picture)
        return [figure(part["seconds"]) for part in (answer["first"], answer["second"], again["second"])]

    return (f"Seconds to the first token: a question about a new picture of {size[0]} x {size[1]}, a second question about it, and the "
            "second question in a process that was started anew.\n\n" +
            table(["", "first turn, s", "second turn, s", "second turn after a restart, s"], each_alone(machine, contestants, 3, measure))), {}
