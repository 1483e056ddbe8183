#!/usr/bin/env python3
"""Draws pages whose text is known, of many kinds, for `./dev bench ocr --set build/pages`.

usage: make_pages.py --out FOLDER [--seed N] [--each N] [--kinds a,b] [--list]

Needs Pillow and the Debian packages that --list names. The same seed gives the same pages. FOLDER gets the pictures and
manifest.jsonl: a row a picture {"id", "file", "kind", "subkind", "language", "size", "text", "also",
"render"}, and a row a question about a dialog or a menu {"id", "file", "kind": "pointing", "question", "bbox"}. `text`
stands in the order in which a person reads it: rows from left to right, columns of prose one after the other. `also` has
other orders that are as good, for example of two addresses beside each other.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import drawing
import papers
import screens
import spoilt
from words import Words

KINDS = {
    "contents": papers.contents,
    "letter": papers.letter,
    "note": papers.note,
    "receipt": papers.receipt,
    "form": papers.form,
    "dialog": screens.dialog,
    "menu": screens.menu,
    "code": screens.code,
    "terminal": screens.terminal,
    "slide": papers.slide,
    "newspaper-2": papers.newspaper(2),
    "newspaper-3": papers.newspaper(3),
    "newspaper-4": papers.newspaper(4),
    "table": papers.table,
    "bilingual": papers.bilingual,
    "japanese": papers.japanese,
    "rotated": spoilt.rotated,
    "skewed": spoilt.skewed,
    "photographed": spoilt.photographed,
}
COUNT = {"bilingual": 10}  # five languages, in turn and beside each other


def save(drawn, folder, name):
    if "jpeg" in drawn.render:
        drawn.image.save(folder / f"{name}.jpg", quality=drawn.render["jpeg"])
        return f"{name}.jpg"
    drawn.image.save(folder / f"{name}.png", optimize=True)
    return f"{name}.png"


def questions(page, drawn):
    """Rows that ask where an element of the page is, in thousandths of its sides."""
    for number, (question, box) in enumerate(drawn.elements, 1):
        yield {"id": f"{page['id']}-q{number}", "split": page["split"], "file": page["file"], "kind": "pointing", "subkind": page["kind"],
               "size": page["size"], "question": question,
               "bbox": [round(1000 * edge / drawn.image.size[n % 2]) for n, edge in enumerate(box)]}


def make(out, seed, each, kinds):
    for kind in kinds:
        folder = out / kind
        folder.mkdir(parents=True)
        for number in range(each or COUNT.get(kind, 6)):
            drawn = KINDS[kind](Words(f"{seed}/{kind}/{number}"), number)
            name = f"{kind}-{number + 1:02}"
            row = {"id": name, "split": f"seed-{seed}", "file": f"{kind}/{save(drawn, folder, name)}", "kind": kind,
                   "subkind": drawn.subkind, "size": list(drawn.image.size), "text": drawn.text}
            if drawn.language:
                row["language"] = drawn.language
            if drawn.also:
                row["also"] = drawn.also
            yield {**row, "render": drawn.render}
            yield from questions(row, drawn)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, help="pages a kind (6, of some kinds more)")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--list", action="store_true", help="print the kinds and the packages of the fonts")
    options = parser.parse_args()
    if options.list:
        print("kinds:", " ".join(KINDS))
        return print("fonts:", drawing.PACKAGES)
    kinds = options.kinds.split(",")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not options.out:
        parser.error(f"no such kind: {unknown[0]}" if unknown else "where to?")
    unfinished = options.out.with_name(options.out.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    rows = list(make(unfinished, options.seed, options.each, kinds))
    (unfinished / "manifest.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    shutil.rmtree(options.out, ignore_errors=True)
    unfinished.rename(options.out)
    print(f"{sum('text' in row for row in rows)} pages of {len(kinds)} kinds in {options.out}")


if __name__ == "__main__":
    sys.exit(main())
