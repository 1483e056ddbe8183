"""Programs that read text from pictures, all called the same way: our reader, Tesseract 5, RapidOCR.

read(row) takes a row of a manifest with the absolute path as "file" and returns {"text", "seconds", "cpu"}, and "bbox"
(thousandths of the sides) if the row has a question. Seconds and processor seconds count from the picture to its text.
Rows in a row about one picture share its reading.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pointing

HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """Why a contestant cannot take part."""


class Child:
    """A program that answers every line of JSON with a line of JSON, and the end of its input with a summary."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, **(environment or {})})

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} ended with exit code {self.process.wait()}")
        return json.loads(line)

    def ask(self, row):
        self.process.stdin.write(json.dumps(row).encode() + b"\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.stdin.close()
        summary = self.answer()["summary"]
        self.process.wait()
        return summary


class OurReader:
    name = "sightline"

    def __init__(self, options, threads):
        command = [options.program, "--reader", options.reader, "--threads", threads, "--precision", options.precision]
        for flag in ("as_it_is", "raw", "cold"):
            command += [f"--{flag.replace('_', '-')}"] if getattr(options, flag) else []
        self.child = Child([*command, "-"])

    def read(self, row):
        return self.child.ask({key: row[key] for key in ("id", "file", "question") if key in row})

    def finish(self):
        return self.child.end()


class Tesseract:
    """A process a picture, as its users start it; one block of text (psm 6), the picture enlarged twice beforehand."""

    name = "tesseract"

    def __init__(self, options, threads):
        if not shutil.which("tesseract"):
            raise Missing("tesseract is not installed")
        listed = subprocess.run(["tesseract", "--list-langs"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.languages = set(listed.stdout.split())
        if not options.pages_python:
            raise Missing("tesseract's pictures are enlarged with Pillow, and --pages-python names no Python with it")
        self.enlarger = Child([options.pages_python, "-B", HERE / "enlarge.py"])
        self.folder = tempfile.TemporaryDirectory(prefix="sightline-ocr.")
        self.environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}
        self.peak = 0
        self.file, self.reading = None, None

    def run(self, command):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment)
        output = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.peak = max(self.peak, usage.ru_maxrss * 1024)
        return output, time.monotonic() - started, usage.ru_utime + usage.ru_stime

    def read(self, row):
        if row["file"] != self.file:
            self.file, self.reading = row["file"], self.read_once(row)
        result, picture = self.reading
        result = {**result, "id": row["id"]}
        if "question" in row:
            table, _, _ = self.run(["tesseract", picture["file"], "-", "--psm", "11", "-l", "eng", "tsv"])
            result["bbox"] = pointing.point(tesseract_lines(table), row["question"], picture["size"])
        return result

    def read_once(self, row):
        picture = self.enlarger.ask({"file": row["file"], "to": str(Path(self.folder.name) / "picture.png")})
        language = "chi_sim+eng" if row["kind"] == "zh" and "chi_sim" in self.languages else "eng"
        text, seconds, cpu = self.run(["tesseract", picture["file"], "-", "--psm", "6", "-l", language])
        return {"text": text, "seconds": seconds, "cpu": cpu}, picture

    def finish(self):
        self.enlarger.end()
        self.folder.cleanup()
        return {"peak_rss_mb": self.peak / 1e6}


def tesseract_lines(table):
    """Lines as lists of (word, box) from Tesseract's table of words."""
    lines = {}
    for row in (line.split("\t") for line in table.splitlines()[1:]):
        if len(row) == 12 and row[0] == "5" and row[11].strip():
            left, top, width, height = map(int, row[6:10])
            lines.setdefault(tuple(row[2:5]), []).append((row[11], (left, top, left + width, top + height)))
    return list(lines.values())


class RapidOcr:
    name = "rapidocr"

    def __init__(self, options, threads):
        python = next((path for path in options.rapidocr_pythons if Path(path).exists() and subprocess.run(
            [path, "-c", "import rapidocr, onnxruntime"], stderr=subprocess.DEVNULL).returncode == 0), None)
        if python is None:
            raise Missing("no Python here has rapidocr (--rapidocr-python names one)")
        self.child = Child([python, "-B", HERE / "rapidocr_bench.py", threads], {"OMP_NUM_THREADS": str(threads)})
        self.file, self.reading = None, None

    def read(self, row):
        if row["file"] != self.file:
            self.file, self.reading = row["file"], self.child.ask({"id": row["id"], "file": row["file"]})
        result = {**self.reading, "id": row["id"]}
        lines, size = result.pop("lines"), result.pop("size")
        if "question" in row:
            result["bbox"] = pointing.point([pointing.words_of(text, box) for text, box in lines], row["question"], size)
        return result

    def finish(self):
        return self.child.end()


ALL = {contestant.name: contestant for contestant in (OurReader, Tesseract, RapidOcr)}
