#!/usr/bin/env python3
"""Counts what a reader of text got wrong.

usage: scoring.py --selftest [SCORER]     SCORER: another program of the same rules, to be compared with

Character error: the fewest insertions, deletions and substitutions that turn what was read into what stands there, divided
by its length; word error is the same over words. Two texts are compared after Unicode's composition (NFC) and with every
run of white space as one space. `loose`, which the tables show, first folds what no reader cares about: compatibility forms
(NFKC), kinds of quotation marks and dashes, bullets, box drawing, dot leaders, rules of five signs and more. Case counts. In
pictures of the kind "zh" white space does not count at all. The sums of a kind are divided, not the means of its pictures.
"""

import re
import sys
import unicodedata
from collections import Counter


def edit_distance(a, b):
    """Of two sequences; whole columns of the table at once in the bits of an integer (Myers 1999, Hyyrö 2003)."""
    if len(a) < len(b):
        a, b = b, a
    if not b:
        return len(a)
    places = {}
    for n, item in enumerate(b):
        places[item] = places.get(item, 0) | 1 << n
    everywhere, last = (1 << len(b)) - 1, 1 << len(b) - 1
    plus, minus, distance = everywhere, 0, len(b)
    for item in a:
        same = places.get(item, 0)
        diagonal = (((same & plus) + plus) ^ plus) | same | minus
        right_plus = minus | ~(diagonal | plus) & everywhere
        right_minus = plus & diagonal
        distance += bool(right_plus & last) - bool(right_minus & last)
        right_plus = (right_plus << 1 | 1) & everywhere
        right_minus = right_minus << 1 & everywhere
        plus = right_minus | ~(diagonal | right_plus) & everywhere
        minus = right_plus & diagonal
    return distance


ALIKE = {sign: plain for plain, signs in {
    "'": "‘’‚‛`´′",
    '"': "“”„‟«»″",
    "-": "\u2010\u2011\u2012–—―−﹣－",
    ".": "。",
}.items() for sign in signs}
# Bullets, box drawing and shapes, pictographs, middle dot, private use, invisible signs.
ORNAMENTS = re.compile("[•■-◿─-▟☀-➿⁃∙·\uf000-\uf8ff\u200b\u00ad]")
LEADERS = re.compile(r"(?:[.·…_]\s*){5,}|[-=*~^]{5,}")


def comparable(text, spaces=True, loose=True):
    text = unicodedata.normalize("NFC", text or "")
    if loose:
        for form in (lambda t: t, lambda t: unicodedata.normalize("NFKC", t)):
            text = "".join(ALIKE.get(sign, sign) for sign in form(text))
        text = LEADERS.sub(" ", ORNAMENTS.sub(" ", text)).replace("''", '"')
    return re.sub(r"\s+", " " if spaces else "", text).strip()


def counts_spaces(row):
    return row["kind"] != "zh"


def compare(expected, read, spaces=True, loose=True):
    """{"characters": (edits, length), "words": (edits, length)}; without spaces every character is a word."""
    a, b = comparable(expected, spaces, loose), comparable(read, spaces, loose)
    characters = (edit_distance(a, b), len(a))
    if not spaces:
        return {"characters": characters, "words": characters}
    return {"characters": characters, "words": (edit_distance(a.split(), b.split()), len(a.split()))}


def compare_row(row, read):
    """With the text of a manifest's row, or with that of its other orders that comes closest."""
    orders = [row["text"], *row.get("also", [])]
    return min((compare(order, read, counts_spaces(row)) for order in orders), key=lambda result: result["characters"][0])


def overlap(a, b):
    """Intersection over union of two boxes (left, top, right, bottom)."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def centre_inside(box, pointed):
    x, y = (pointed[0] + pointed[2]) / 2, (pointed[1] + pointed[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# ---- Self-test ------------------------------------------------------------------------------------------------------

def slow_distance(a, b):
    row = list(range(len(b) + 1))
    for n, x in enumerate(a, 1):
        above, row[0] = row[0], n
        for k, y in enumerate(b, 1):
            above, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, above + (x != y))
    return row[-1]


def check(condition, *what):
    if not condition:
        raise SystemExit(f"scoring.py: wrong: {what}")


def test_rules():
    cases = [  # expected, read, spaces count, edits
        ("Hello  World\nagain", "Hello World again", True, 0),
        ("Total", "total", True, 1),
        ("a “b” – c", "a \"b\" - c", True, 0),
        ("Files . . . . . . 7", "Files 7", True, 0),
        ("Files .... 7", "Files 7", True, 5),
        ("a\n-----\nb", "a b", True, 0),
        ("• one", "one", True, 0),
        ("文件 (F)\n编辑", "文件（F） 编辑", False, 0),
        ("文件 编辑", "文件编辑", True, 1),
        ("ﬁne ½", "fine 1\u20442", True, 0),
        ("abc", None, True, 3),
        ("", "abc", True, 3),
    ]
    for expected, read, spaces, edits in cases:
        check(compare(expected, read, spaces)["characters"][0] == edits, expected, read, compare(expected, read, spaces))
    check(compare("one two three", "one too three")["words"] == (1, 3), "words")
    check(compare("a “b”", "a \"b\"", loose=False)["characters"] == (2, 5), "strict")
    row = {"kind": "letter", "text": "a b c d", "also": ["c d a b"]}
    check(compare_row(row, "c d a b")["characters"] == (0, 7), "other orders")
    check(abs(overlap([0, 0, 10, 10], [5, 0, 15, 10]) - 1 / 3) < 1e-9 and overlap([0, 0, 1, 1], [2, 0, 3, 1]) == 0, "overlap")
    check(centre_inside([0, 0, 10, 10], [4, 4, 30, 6]) is False and centre_inside([0, 0, 10, 10], [4, 4, 6, 6]), "centre")


def random_texts(seed):
    import random
    random = random.Random(seed)
    signs = "aabbc  \n.-_=·•“”'’。（）文件ﬁé…─ ０½"
    text = "".join(random.choice(signs) for _ in range(random.randrange(60)))
    other = "".join(random.choice(signs) if random.random() < 0.2 else sign for sign in text if random.random() > 0.1)
    return text, other


def test_distance():
    for seed in range(150):
        a, b = random_texts(seed)
        check(edit_distance(a, b) == slow_distance(a, b) == edit_distance(b, a), a, b)
        check(edit_distance(a.split(), b.split()) == slow_distance(a.split(), b.split()), a, b)


def test_against(path):
    import importlib.util
    spec = importlib.util.spec_from_file_location("other", path)
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    for seed in range(200):
        a, b = random_texts(seed)
        for zh in (False, True):
            theirs = other.text_scores(a, b, zh)
            for loose, tag in ((True, "loose"), (False, "strict")):
                ours = compare(a, b, not zh, loose)
                check(ours["characters"] == theirs[f"cer_{tag}"], a, b, zh, tag, ours, theirs)
                check(zh or ours["words"] == theirs[f"wer_{tag}"], a, b, tag, ours, theirs)
        box, pointed = [seed % 7, 0, 10, 20], [seed % 11, seed % 5, seed % 11 + 6, 9]
        check(abs(overlap(box, pointed) - other.iou(box, pointed)) < 1e-12, box, pointed)
        check(centre_inside(box, pointed) == other.inside(box, pointed), box, pointed)


def selftest(arguments):
    test_rules()
    test_distance()
    for path in arguments:
        test_against(path)
        print(f"the same as {path}")
    print("the scorer's self-test passed")


if __name__ == "__main__":
    if "--selftest" not in sys.argv[1:]:
        sys.exit(__doc__.strip())
    selftest([word for word in sys.argv[1:] if word != "--selftest"])
