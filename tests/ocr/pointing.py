"""Points at what a question asks for by the words that a program read: the quoted ones, or those that say something."""

import difflib
import re
import unicodedata

COMMON = set("a an and at box button buttons check checkbox column dialog does entry field file find folder for from icon in is item "
             "label line link list menu of on open option page row select shows tab text that the this to where which with window "
             "body selector toolbar".split())
QUOTED = re.compile("[\"“「]([^\"“”「」]+)[\"”」]")


def flat(text):
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def words_of(text, box):
    """[(word, box)] of a line whose characters are taken as equally wide."""
    step = (box[2] - box[0]) / max(1, len(text))
    return [(found.group(), (box[0] + found.start() * step, box[1], box[0] + found.end() * step, box[3]))
            for found in re.finditer(r"\S+", text)]


def wanted(question):
    """[(letters, handicap)]"""
    quoted = QUOTED.findall(question)
    if quoted:
        return [(flat(text), 0) for text in quoted]
    words = [word for word in question.rstrip("?？").split() if word.strip(",.").casefold() not in COMMON]
    return [(flat(" ".join(words)), 0)] + [(flat(word), 0.15) for word in words if len(words) > 1]


def point(lines, question, size):
    """The run of up to eight words of one line that is most like what is wanted, in thousandths of the sides, or None."""
    best, found = 0.6, None
    for line in lines:
        for first in range(len(line)):
            for last in range(first + 1, min(len(line), first + 8) + 1):
                text = flat(" ".join(word for word, _ in line[first:last]))
                for letters, handicap in wanted(question):
                    if not text or not letters or abs(len(text) - len(letters)) > 0.6 * max(len(text), len(letters)):
                        continue
                    score = difflib.SequenceMatcher(None, text, letters, autojunk=False).ratio() - handicap
                    score += 0.06 if last - first == len(line) else 0
                    if score > best:
                        best, found = score, [box for _, box in line[first:last]]
    if found is None:
        return None
    edges = min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found)
    return [round(1000 * edge / size[n % 2]) for n, edge in enumerate(edges)]
