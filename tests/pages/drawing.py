"""What the pages are drawn with: fonts of Debian, colours, and a sheet that keeps the text it shows."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/"
PLAIN = ["-liga", "-calt"]  # no ligatures: a code font would show "!=" as one sign

# family -> (regular, bold, index in the file)
SANS = {
    "DejaVu Sans": ("truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf", 0),
    "Liberation Sans": ("truetype/liberation/LiberationSans-Regular.ttf",
                        "truetype/liberation/LiberationSans-Bold.ttf", 0),
    "Noto Sans": ("truetype/noto/NotoSans-Regular.ttf", "truetype/noto/NotoSans-Bold.ttf", 0),
    "Inter": ("opentype/inter/Inter-Regular.otf", "opentype/inter/Inter-SemiBold.otf", 0),
}
SERIF = {
    "DejaVu Serif": ("truetype/dejavu/DejaVuSerif.ttf", "truetype/dejavu/DejaVuSerif-Bold.ttf", 0),
    "Liberation Serif": ("truetype/liberation/LiberationSerif-Regular.ttf",
                         "truetype/liberation/LiberationSerif-Bold.ttf", 0),
    "Noto Serif": ("truetype/noto/NotoSerif-Regular.ttf", "truetype/noto/NotoSerif-Bold.ttf", 0),
}
MONO = {
    "DejaVu Sans Mono": ("truetype/dejavu/DejaVuSansMono.ttf", "truetype/dejavu/DejaVuSansMono-Bold.ttf", 0),
    "Liberation Mono": ("truetype/liberation/LiberationMono-Regular.ttf",
                        "truetype/liberation/LiberationMono-Bold.ttf", 0),
    "Noto Sans Mono": ("truetype/noto/NotoSansMono-Regular.ttf", "truetype/noto/NotoSansMono-Bold.ttf", 0),
    "Fira Code": ("truetype/firacode/FiraCode-Regular.ttf", "truetype/firacode/FiraCode-SemiBold.ttf", 0),
}
JAPANESE = {
    "Noto Sans CJK JP": ("opentype/noto/NotoSansCJK-Regular.ttc", "opentype/noto/NotoSansCJK-Bold.ttc", 0),
    "Noto Serif CJK JP": ("opentype/noto/NotoSerifCJK-Regular.ttc", "opentype/noto/NotoSerifCJK-Bold.ttc", 0),
}
CHINESE = {
    "Noto Sans CJK SC": ("opentype/noto/NotoSansCJK-Regular.ttc", "opentype/noto/NotoSansCJK-Bold.ttc", 2),
    "Noto Serif CJK SC": ("opentype/noto/NotoSerifCJK-Regular.ttc", "opentype/noto/NotoSerifCJK-Bold.ttc", 2),
}
PROPORTIONAL = {**SANS, **SERIF}
PACKAGES = "fonts-dejavu-core fonts-liberation fonts-noto-core fonts-noto-mono fonts-noto-cjk fonts-firacode fonts-inter"

PAPERS = [("#ffffff", "#000000"), ("#ffffff", "#202020"), ("#fdfbf5", "#2b2118"), ("#f4f4f0", "#303030"),
          ("#eef3f8", "#152a40"), ("#fff8dc", "#3a2a10")]
DARK = [("#1e1e1e", "#d4d4d4"), ("#000000", "#ffffff"), ("#282c34", "#abb2bf"), ("#0b2545", "#e8eef5"),
        ("#2d2a2e", "#fcfcfa"), ("#300a24", "#eeeeec")]


@lru_cache(maxsize=512)
def load(file, size, index):
    return ImageFont.truetype(FONTS + file, size, index=index)


@dataclass(frozen=True)
class Face:
    family: tuple
    size: int
    bold: bool = False

    def at(self, scale):
        return load(self.family[1 if self.bold else 0], self.size * scale, self.family[2])

    def width(self, text, scale=1):
        """In pixels of the finished picture; `scale` matters a little, because hinting moves letters by parts of a pixel."""
        return self.at(scale).getlength(text, features=PLAIN) / scale

    def with_(self, size=None, bold=None):
        return Face(self.family, size or self.size, self.bold if bold is None else bold)

    def step(self, leading=1.35):
        return round(self.size * leading)


@dataclass
class Drawn:
    image: Image.Image
    text: str
    also: list = field(default_factory=list)  # other orders that a reader may give the same text
    subkind: str = ""
    language: str = ""  # of a page in two, the other than English
    elements: list = field(default_factory=list)  # (question, box) of what can be pointed at
    render: dict = field(default_factory=dict)


# How letters become pixels: hinted and grey, not hinted, coloured for the stripes of a flat screen, or black and white.
SMOOTHING = ["grey", "grey", "even", "lcd"]


class Sheet:
    """A picture that grows downwards; y is a baseline, x and y in pixels of the finished picture."""

    def __init__(self, width, paper="#ffffff", ink="#000000", smoothing="grey", height=4000):
        self.scale = {"grey": 1, "crisp": 1, "even": 2, "lcd": 3}[smoothing]
        self.smoothing, self.width, self.paper, self.ink = smoothing, width, paper, ink
        self.image = Image.new("RGB", (width * self.scale, height * self.scale), paper)
        self.draw = ImageDraw.Draw(self.image)
        if smoothing == "crisp":
            self.draw.fontmode = "1"
        self.bottom = 0
        self.lines, self.elements = [], []

    def put(self, x, y, text, face, anchor="l", fill=None):
        """Draws and keeps nothing. Returns the width."""
        width = face.width(text, self.scale)
        left = x - {"l": 0, "m": width / 2, "r": width}[anchor]
        s = self.scale
        self.draw.text((round(left * s), round(y * s)), text, fill=fill or self.ink, font=face.at(s), anchor="ls",
                       features=PLAIN)
        self.bottom = max(self.bottom, y + face.size * 0.3)
        return width

    def row(self, y, cells, face, fill=None):
        """Cells (x, text, anchor), from left to right, are one line of the text."""
        for x, text, anchor in cells:
            self.put(x, y, text, face, anchor, fill)
        self.lines.append("  ".join(text for _, text, _ in cells))

    def say(self, x, y, text, face, anchor="l", fill=None):
        self.put(x, y, text, face, anchor, fill)
        self.lines.append(text)

    def box(self, x0, y0, x1, y1, fill=None, outline=None, width=1, radius=0):
        s = self.scale
        area = (round(x0 * s), round(y0 * s), round(x1 * s) - 1, round(y1 * s) - 1)
        self.draw.rounded_rectangle(area, round(radius * s), fill=fill, outline=outline, width=width * s)
        self.bottom = max(self.bottom, y1)

    def element(self, question, x0, y0, x1, y1):
        self.elements.append((question, (x0, y0, x1, y1)))

    def rule(self, x0, y0, x1, y1, fill=None, width=1):
        s = self.scale
        self.draw.line((round(x0 * s), round(y0 * s), round(x1 * s), round(y1 * s)), fill=fill or self.ink, width=width * s)
        self.bottom = max(self.bottom, y0, y1)

    def prose(self, x, y, width, text, face, justified=False, leading=1.35, hyphens=False, fill=None, indent=0):
        """A paragraph from baseline y on; returns the baseline after it and keeps its lines."""
        lines = wrap(text, face, width, hyphens, indent, self.scale)
        for n, line in enumerate(lines):
            left = x + (indent if n == 0 else 0)
            words = line.split(" ")
            if justified and n + 1 < len(lines) and len(words) > 2:
                spare = width - (left - x) - sum(face.width(word, self.scale) for word in words)
                gap = spare / (len(words) - 1)
                if gap < face.size:
                    at = left
                    for word in words:
                        at += self.put(at, y, word, face, fill=fill) + gap
                else:
                    self.put(left, y, line, face, fill=fill)
            else:
                self.put(left, y, line, face, fill=fill)
            self.lines.append(line)
            y += face.step(leading)
        return y

    def finish(self, margin=24, **facts):
        height = round(self.bottom + margin)
        if height * self.scale > self.image.height:
            raise ValueError("the page is longer than its sheet")
        image = self.image.crop((0, 0, self.image.width, height * self.scale))
        if self.smoothing == "even":
            image = image.resize((self.width, height), Image.Resampling.BOX)
        if self.smoothing == "lcd":
            image = stripes(image.resize((self.width * 3, height), Image.Resampling.BOX))
        return Drawn(image, "\n".join(self.lines), elements=self.elements, render={"smoothing": self.smoothing}, **facts)


def stripes(wide):
    """A picture three times as wide -> red, green and blue from the left, middle and right third of each pixel."""
    size = (wide.width // 3, wide.height)
    return Image.merge("RGB", [third(channel, size, n) for n, channel in enumerate(wide.split())])


def third(channel, size, n):
    """Each third is the mean of itself and its neighbours, as the filter of a font renderer does it."""
    moved = Image.new("L", channel.size)
    moved.paste(channel, (1 - n, 0))
    if n != 1:  # the column that came free
        edge = 0 if n == 0 else channel.width - 1
        moved.paste(channel.crop((edge, 0, edge + 1, channel.height)), (edge, 0))
    return moved.resize(size, Image.Resampling.BOX)


CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
NEVER_FIRST = set("，。、；：？！）」』”’》ー〜・っゃゅょッャュョ,.;:?!)%")
NEVER_LAST = set("（「『“‘《(")


def pieces(text):
    """What a line may be made of: words, and single characters of Chinese and Japanese with their punctuation."""
    out = []
    for word in re.findall(r"\s+|[^\s]+", text):
        if word.isspace():
            out.append(" ")
            continue
        for part in re.findall("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef“”‘’]|[^\u3000-\u30ff\u3400-\u9fff\uff00-\uffef“”‘’]+", word) \
                if CJK.search(word) else [word]:
            if out and (part[0] in NEVER_FIRST and CJK.search(word) or out[-1] != " " and out[-1][-1] in NEVER_LAST):
                out[-1] += part
            else:
                out.append(part)
    return out


def halves(word, face, room, scale):
    """A long word cut by a hyphen so that the first part fits, or None."""
    if len(word) < 9 or not word.isalpha():
        return None
    for cut in range(len(word) - 3, 3, -1):
        if word[cut - 1] in "aeiou" and word[cut] not in "aeiou" and face.width(word[:cut] + "-", scale) <= room:
            return word[:cut] + "-", word[cut:]
    return None


def wrap(text, face, width, hyphens=False, indent=0, scale=1):
    lines, line, room = [], "", width - indent
    for piece in pieces(text):
        if piece == " ":
            line += " " if line else ""
            continue
        if face.width(line + piece, scale) <= room or not line:
            line += piece
            continue
        cut = halves(piece, face, room - face.width(line, scale), scale) if hyphens else None
        if cut:
            line, piece = line + cut[0], cut[1]
        lines.append(line.rstrip())
        line, room = piece, width
    return lines + [line.rstrip()] if line.strip() else lines
