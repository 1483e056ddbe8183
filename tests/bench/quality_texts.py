"""Texts for the comparison of precisions, as quality_check takes them (inference/tools/quality_check.cpp).

    quality_texts.py FOLDER      draws lines of text for the demo model into FOLDER; needs Pillow

The lines are those of tests/data/ocr, cut to what the demo model reads, beside its own samples.
"""

import json
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTION = "Read the text in this image."
FONTS = ["/usr/share/fonts/opentype/inter/Inter-Regular.otf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"]
LONGEST = 40  # characters: more do not fit into 640 pixels


def asked(name, picture, reply):
    content = [{"type": "image", "image": picture}, {"type": "text", "text": QUESTION}]
    return {"name": name, "messages": [{"role": "user", "content": content}], "template_kwargs": {"add_generation_prompt": True},
            "reply": reply}


def known_lines():
    """Different lines in Latin letters, in the order of the files."""
    lines = {}
    for row in (ROOT / "tests/data/ocr/manifest.jsonl").read_text(encoding="utf-8").splitlines():
        for line in (json.loads(row).get("text") or "").splitlines():
            for piece in textwrap.wrap(" ".join(line.split()), LONGEST):
                if len(piece) >= 8 and piece.isascii() and ".." not in piece:
                    lines[piece] = None
    return list(lines)


def draw(folder):
    from PIL import Image, ImageDraw, ImageFont
    folder.mkdir(parents=True, exist_ok=True)
    fonts = [ImageFont.truetype(path, 21) for path in FONTS if Path(path).is_file()]
    if not fonts:
        sys.exit("the fonts Inter and DejaVu Sans are not installed: ./dev setup installs Inter")
    texts = []
    for number, line in enumerate(known_lines()):
        font = fonts[number % len(fonts)]
        width = (int(font.getlength(line)) + 24 + 31) // 32 * 32
        picture = Image.new("RGB", (width, 32), "#ffffff")
        ImageDraw.Draw(picture).text((12, 16), line, font=font, fill="#1a1f24", anchor="lm")
        picture.save(folder / f"line-{number:03}.png")
        texts.append(asked(f"line-{number:03}", f"line-{number:03}.png", line))
    for sample in json.loads((ROOT / "resources/samples/samples.json").read_text())["samples"]:
        (folder / sample["file"]).write_bytes((ROOT / "resources/samples" / sample["file"]).read_bytes())
        texts.append(asked(Path(sample["file"]).stem, sample["file"], sample["text"]))
    (folder / "texts.json").write_text(json.dumps(texts, indent=1))


def golden_texts(golden, folder):
    """The cases without clips, each with the tokens that the reference chose. Pictures are named absolutely.
    Returns the model folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = []
    cases = json.loads((golden / "cases/index.json").read_text(encoding="utf-8"))["cases"]
    checkpoint = cases[0]["checkpoint"]
    for case in cases:
        if case["videos"] or case["checkpoint"] != checkpoint:
            continue
        text = {"name": case["name"], "messages": case["messages"], "template_kwargs": case.get("template_kwargs", {}),
                "reply_ids": case["greedy_ids"]}
        if "tools" in case:
            text["tools"] = case["tools"]
        for message in text["messages"]:
            for part in message["content"] if isinstance(message["content"], list) else []:
                if part["type"] == "image":
                    part["image"] = str((golden / part["image"]).resolve())
        texts.append(text)
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1), encoding="utf-8")
    return golden / checkpoint


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
