#!/usr/bin/env python3
"""Draws the sample pictures of this folder and writes samples.json beside them.

Needs Pillow and the Debian package fonts-inter. The pictures look like details of a screenshot at 150 % scale, because
that is the size of letters that the demo model reads: an em of about 22 pixels, lines 44 pixels apart.
"""

import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/opentype/inter")
TEXT, PAPER, DESK, EDGE, ACCENT = "#1a1f24", "#ffffff", "#eceff2", "#cdd3d9", "#0a6c7e"
QUESTION = "Read the text in this image."
LINE = 44


def font(weight, size):
    return ImageFont.truetype(FONTS / f"Inter-{weight}.otf", size)


def message_box(width, lines, buttons=()):
    """A box on a desk: the first line bold, buttons from the right, the last one highlighted."""
    height = (LINE * (len(lines) + bool(buttons)) + 40 + 31) // 32 * 32
    picture = Image.new("RGB", (width, height), DESK)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((6, 6, width - 7, height - 7), 8, fill=PAPER, outline=EDGE)
    top = (height - LINE * (len(lines) + bool(buttons))) // 2
    for number, line in enumerate(lines):
        style = font("SemiBold", 22) if number == 0 else font("Regular", 21)
        draw.text((24, top + LINE * number + LINE // 2), line, font=style, fill=TEXT, anchor="lm")
    right, middle = width - 20, top + LINE * len(lines) + LINE // 2
    for label in reversed(buttons):
        main = label == buttons[-1]
        left = right - int(font("SemiBold", 20).getlength(label)) - 32
        draw.rounded_rectangle((left, middle - 18, right, middle + 18), 6, fill=ACCENT if main else PAPER,
                               outline=ACCENT if main else EDGE)
        draw.text(((left + right) // 2, middle), label, font=font("SemiBold", 20), fill=PAPER if main else TEXT,
                  anchor="mm")
        right = left - 12
    return picture


def one_line(width, line):
    picture = Image.new("RGB", (width, 32), PAPER)
    ImageDraw.Draw(picture).text((12, 16), line, font=font("Regular", 22), fill=TEXT, anchor="lm")
    return picture


def main():
    entries = []

    def add(name, picture, text):
        picture.save(HERE / f"{name}.png", optimize=True)
        entries.append({"file": f"{name}.png", "text": text, "question": QUESTION})

    lines = ["The file could not be opened.", "It may be in use by another program."]
    add("message", message_box(448, lines), "\n".join(lines))
    lines = ["Update finished", "24 files, 118 MB", "No errors were found."]
    add("notification", message_box(352, lines), "\n".join(lines))
    line = "Connection lost, trying again in 30 seconds"
    add("line", one_line(480, line), line)
    lines, buttons = ["Save changes before closing?", "Otherwise they are lost."], ["Cancel", "Save"]
    add("question", message_box(416, lines, buttons), "\n".join([*lines, " ".join(buttons)]))
    (HERE / "samples.json").write_text(json.dumps({"samples": entries}, indent=2) + "\n")


if __name__ == "__main__":
    main()
