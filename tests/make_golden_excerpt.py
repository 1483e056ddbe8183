#!/usr/bin/env python3
"""Cuts a small part out of a full reference set, in the same layout, for tests/data/golden.

usage: make_golden_excerpt.py FULL_SET OUT_DIR
Takes a few cases of one checkpoint with what they need; drops large tensors that other cases still cover.
"""
import json
import shutil
import struct
import sys
from pathlib import Path

CASES = ["text_unicode", "text_tools", "image_photo", "turns_images", "video_clip5"]
DROPPED = {"resized_pil_u8", "pixel_values_pil", "rgb_white_u8", "logits_all"}


def cut_tensors(source, target):
    raw = source.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    data, kept = b"", {}
    for name, info in header.items():
        if name == "__metadata__" or name in DROPPED:
            continue
        begin, end = info["data_offsets"]
        kept[name] = dict(info, data_offsets=[len(data), len(data) + end - begin])
        data += raw[8 + size + begin : 8 + size + end]
    text = json.dumps(kept, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    full, out = Path(sys.argv[1]), Path(sys.argv[2])
    cases = [c for c in json.loads((full / "cases/index.json").read_text())["cases"] if c["name"] in CASES]
    used = {"images": set(), "videos": set()}
    for case in cases:
        cut_tensors(full / case["file"], out / case["file"])
        used["images"].update(case["images"])
        used["videos"].update(case["videos"])
        for key in ("tensors", "greedy_text"):
            case.pop(key, None)
    (out / "cases/index.json").write_text(json.dumps({"cases": cases}, ensure_ascii=False, indent=1) + "\n")
    for kind, names in used.items():
        index = {n: i for n, i in json.loads((full / kind / "index.json").read_text()).items() if n in names}
        for info in index.values():
            info.pop("tensors", None)
            cut_tensors(full / info["data"], out / info["data"])
            for name in info.get("frames", [info.get("file")]):
                target = out / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(full / name, target)
        (out / kind / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n")
    for checkpoint in {c["checkpoint"] for c in cases}:
        for file in (full / checkpoint).iterdir():
            if file.name in ("vocab.json", "merges.txt"):
                continue  # tokenizer.json says the same
            (out / checkpoint).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, out / checkpoint / file.name)


main()
