#!/usr/bin/env python3
"""Renders ui/icons/sightline.svg into the PNG sizes of this folder. Needs the Debian package librsvg2-bin."""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "ui/icons/sightline.svg"

for size in (16, 24, 32, 48, 64, 128, 256, 512):
    target = HERE / f"sightline-{size}.png"
    subprocess.run(["rsvg-convert", "-w", str(size), "-h", str(size), SOURCE, "-o", target], check=True)
