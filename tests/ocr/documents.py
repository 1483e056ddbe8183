"""Tables of a benchmark in a document, between two comments that Markdown does not show."""

import platform
import shlex
from datetime import date
from pathlib import Path

BEGIN, END = "<!-- bench ocr -->", "<!-- end of bench ocr -->"
HIDDEN = ("--program", "--reader", "--pages-python", "--rapidocr-python", "--into")  # of this machine


def processor():
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def origin(words, pictures):
    """What was measured, where and when: the first lines of a section."""
    shown, left_out = [], False
    for word in words:
        if not left_out and word.split("=")[0] not in HIDDEN:
            shown.append(word)
        left_out = not left_out and word in HIDDEN
    yield f"`./dev bench ocr {shlex.join(shown)}`, {pictures} pictures, {date.today():%d.%m.%Y}, {processor()}:"


def around(file):
    """What stands before and after the place for the tables."""
    before, found, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise SystemExit(f"{file} has no place for the tables: a line {BEGIN} and after it {END}")
    return before, after


def put_into(file, lines):
    before, after = around(file)
    body = "\n".join(lines).strip("\n")
    file.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")
