"""Writes small pictures of many formats into this folder, and formats.json: pixels that Pillow reads in them.

Needs Pillow and numpy: python make_formats.py
"""
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
Y, X = np.mgrid[0:16, 0:24]
COLOURS = np.stack([X * 10, Y * 16, 255 - X * 5 - Y * 4], -1).astype(np.uint8)
PICTURE = Image.fromarray(COLOURS)
TURNED = Image.Exif()
TURNED[0x112] = 6
expected = {}


def write(name, about, tolerance, picture=PICTURE, **options):
    picture.save(HERE / name, **options)
    read = ImageOps.exif_transpose(Image.open(HERE / name))
    rgb = np.array(read)[..., :3] if read.mode == "RGBA" else np.array(read.convert("RGB"))
    height, width = rgb.shape[:2]
    places = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (5, 3), (11, 9)]
    pixels = [[px, py] + [int(v) for v in rgb[py, px]] for px, py in places]
    expected[name] = {"about": about, "size_wh": [width, height], "tolerance": tolerance, "pixels": pixels}


with_alpha = Image.fromarray(np.dstack([COLOURS, (X * 10).astype(np.uint8)]))
write("lossy.webp", "VP8", 4, quality=90)
write("lossless.webp", "VP8L", 0, lossless=True)
write("alpha.webp", "VP8X with an ALPH chunk; alpha is dropped", 4, with_alpha, quality=90)
write("animated.webp", "two frames, the first counts", 0, save_all=True,
      append_images=[Image.fromarray(255 - COLOURS)], duration=100, lossless=True)
write("turned.webp", "EXIF orientation 6", 0, lossless=True, exif=TURNED)
write("cmyk.jpg", "CMYK with an Adobe marker", 3, PICTURE.convert("CMYK"), quality=95)
write("gray.jpg", "one component", 3, PICTURE.convert("L"), quality=92)
write("turned.png", "eXIf chunk, orientation 6", 0, exif=TURNED)
write("lzw.tif", "LZW strips", 0, compression="tiff_lzw")
write("palette.tif", "palette", 0, PICTURE.quantize(16))
write("bilevel.tif", "1 bit, CCITT group 4", 0, PICTURE.convert("1"), compression="group4")
write("palette.bmp", "8-bit palette", 0, PICTURE.quantize(8))
write("bilevel.png", "1 bit gray", 0, PICTURE.convert("1"))
PICTURE.save(HERE / "still.gif")
rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in expected.items())
(HERE / "formats.json").write_text("{\n" + rows + "\n}\n")
