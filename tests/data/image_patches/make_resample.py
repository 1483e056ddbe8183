"""Writes resample.json: checksums of torch's uint8 bicubic antialias kernel on generated pictures.

Run with a Python that has torch: python make_resample.py > resample.json
"""
import json

import torch
import torch.nn.functional as F

CASES = [  # width, height -> width, height
    (90, 118, 64, 64), (20, 20, 64, 64), (88, 99, 128, 96), (141, 50, 96, 64), (167, 201, 32, 32), (77, 64, 96, 64),
    (64, 77, 64, 96), (37, 1, 96, 32), (1, 37, 32, 96), (1, 1, 64, 64), (2, 3, 32, 32), (3000, 4, 32, 32),
    (4, 3000, 32, 32), (300, 300, 288, 288), (101, 67, 96, 64), (33, 31, 32, 32), (640, 9, 3200, 32), (7, 7, 8, 6),
    (63, 65, 64, 64), (255, 257, 256, 256),
]


def generated(width, height, seed):
    state, out = seed, bytearray()
    for i in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        # Noise, and runs of black and white that make the kernel overshoot.
        value = state >> 24
        out.append(value if (i // 51) % 3 == 0 else (255 if value > 127 else 0))
    return out


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


rows = []
for seed, (sw, sh, dw, dh) in enumerate(CASES, 1):
    x = torch.frombuffer(generated(sw, sh, seed), dtype=torch.uint8).view(sh, sw, 3).permute(2, 0, 1)[None].contiguous()
    y = F.interpolate(x, size=[dh, dw], mode="bicubic", align_corners=False, antialias=True)
    y = y[0].permute(1, 2, 0).contiguous()
    rows.append([sw, sh, dw, dh, seed, fnv1a(bytes(y.flatten().tolist()))])
head = {"torch": torch.__version__.split("+")[0],
        "columns": ["src_width", "src_height", "dst_width", "dst_height", "seed", "fnv1a_64 of the result"]}
print(json.dumps(head)[:-1] + ', "rows": [\n' + ",\n".join(json.dumps(r) for r in rows) + "\n]}")
