"""Pages as a camera or a scanner gives them: turned, askew, photographed."""

import math
from statistics import NormalDist

from PIL import Image, ImageChops, ImageDraw, ImageFilter

import papers
from drawing import Drawn
from words import Words

PAGES = [papers.letter, papers.receipt, papers.contents, papers.table, papers.bilingual, papers.form]


def page(words, number):
    """A page as the other kinds draw it, on light paper."""
    for attempt in range(20):
        drawn = PAGES[number % len(PAGES)](words, number + attempt)
        if sum(drawn.image.getpixel((2, 2))) > 600:
            return drawn
    raise ValueError("no page on light paper in 20")


def rotated(words: Words, number):
    drawn = page(words, number // 3 + number)
    turn = [Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90][number % 3]
    drawn.image = drawn.image.transpose(turn)
    drawn.subkind = str([90, 180, 270][number % 3])
    return drawn


def skewed(words: Words, number):
    drawn = page(words, number)
    angle = words.choice([-1, 1]) * words.uniform(0.7, 6)
    ground = drawn.image.getpixel((2, 2)) if number % 2 else (70, 70, 74)
    drawn.image = drawn.image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)
    drawn.render["degrees"] = round(-angle, 2)
    return drawn


def coefficients(source, target):
    """Of the perspective that takes `target` to `source`: eight equations, solved by Gauss's method."""
    rows = []
    for (x, y), (u, v) in zip(target, source):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for n in range(8):
        pivot = max(range(n, 8), key=lambda k: abs(rows[k][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [value / rows[n][n] for value in rows[n]]
        for k in range(8):
            if k != n:
                rows[k] = [a - rows[k][n] * b for a, b in zip(rows[k], rows[n])]
    return [row[8] for row in rows]


def noise(words, size, spread):
    """Grey noise around 128 with a normal distribution."""
    table = [min(255, max(0, round(128 + spread * NormalDist().inv_cdf((n + 0.5) / 256)))) for n in range(256)]
    return Image.frombytes("L", size, words.randbytes(size[0] * size[1])).point(table)


def shadow(words, size):
    """Light that falls off to one side, and the soft shadow of a hand."""
    small = Image.new("L", (64, 64))
    angle, depth = words.uniform(0, 2 * math.pi), words.uniform(0.15, 0.4)
    small.putdata([round(255 * (1 - depth * (0.5 + 0.35 * ((x - 32) * math.cos(angle) + (y - 32) * math.sin(angle)) / 32)))
                   for y in range(64) for x in range(64)])
    hand = Image.new("L", (64, 64), 255)
    ImageDraw.Draw(hand).ellipse((words.randint(-30, 40), words.randint(20, 50), words.randint(45, 90), 100), fill=words.randint(165, 215))
    small = ImageChops.multiply(small, hand.filter(ImageFilter.GaussianBlur(6)))
    return small.resize(size, Image.Resampling.BICUBIC)


def photographed(words: Words, number):
    """A sheet on a table: perspective, uneven light, a little blur, noise, JPEG."""
    drawn = page(words, number)
    sheet = drawn.image
    width, height = sheet.size
    edge = words.uniform(0.04, 0.09) * width
    size = (round(width + 2 * edge), round(height + 2 * edge))
    bend = 0.035 * min(size)
    corners = [(edge + words.uniform(-bend, bend), edge + words.uniform(-bend, bend)),
               (size[0] - edge + words.uniform(-bend, bend), edge + words.uniform(-bend, bend)),
               (size[0] - edge + words.uniform(-bend, bend), size[1] - edge + words.uniform(-bend, bend)),
               (edge + words.uniform(-bend, bend), size[1] - edge + words.uniform(-bend, bend))]
    whole = [(0, 0), (width, 0), (width, height), (0, height)]
    # Drawn twice as large, so that thin strokes survive.
    big = sheet.resize((width * 2, height * 2), Image.Resampling.BICUBIC)
    data = coefficients([(x * 2, y * 2) for x, y in whole], [(x * 2, y * 2) for x, y in corners])
    warped = big.transform((size[0] * 2, size[1] * 2), Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    mask = Image.new("L", big.size, 255).transform(warped.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    desk = Image.new("RGB", warped.size, words.choice(["#5b4632", "#3d4248", "#7d7468", "#2f3b33"]))
    picture = Image.composite(warped, desk, mask).resize(size, Image.Resampling.BOX)
    picture = picture.filter(ImageFilter.GaussianBlur(words.uniform(0.3, 0.7)))
    picture = ImageChops.multiply(picture, Image.merge("RGB", [shadow(words, size)] * 3))
    grain = noise(words, size, words.uniform(3, 7))
    picture = ImageChops.add(picture, Image.merge("RGB", [grain] * 3), offset=-128)
    drawn.image = picture
    drawn.render["jpeg"] = words.randint(62, 88)
    return drawn
