"""Private environments of the engines that ours is set beside: pinned versions, made once under build/anchors."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LLAMA_FLAGS = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DGGML_OPENMP=ON"]


class Missing(Exception):
    """An engine that cannot be had here: one sentence."""


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def run(command, **options):
    """Its output goes into the log beside the environment: only the last line of a failure is for people."""
    log = options.pop("log")
    with open(log, "a") as stream:
        result = subprocess.run([str(word) for word in command], stdout=stream, stderr=subprocess.STDOUT, **options)
    if result.returncode != 0:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise Missing(f"{Path(command[0]).name} failed ({lines[-1] if lines else result.returncode}); {log} has the rest")


def python_of(folder, requirements, extra=None):
    """The interpreter of folder/venv with these requirements; made anew when they change."""
    python, stamp = folder / "venv/bin/python", folder / "requirements.txt"
    wanted = requirements.read_text() + " ".join(extra["CMAKE_ARGS"] if extra else [])
    if python.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return python
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "install.log"
    log.write_text("")
    run([sys.executable, "-m", "venv", "--clear", folder / "venv"], log=log)
    environment = {**os.environ, **({"CMAKE_ARGS": " ".join(extra["CMAKE_ARGS"])} if extra else {})}
    run([python, "-m", "pip", "install", "--disable-pip-version-check", "-r", requirements], log=log, env=environment)
    stamp.write_text(wanted)
    return python


class LlamaCpp:
    """llama.cpp from the sources in the package of its Python bindings, with its own converter."""

    def __init__(self, build):
        self.folder = build / "anchors/llama.cpp"
        flags = LLAMA_FLAGS + ([f"-DCMAKE_{language}_COMPILER_LAUNCHER=ccache" for language in ("C", "CXX")]
                               if shutil.which("ccache") else [])
        requirements = HERE / "requirements-llama.txt"
        if not (self.folder / "requirements.txt").is_file():
            say("building llama.cpp in build/anchors/llama.cpp (10 to 20 minutes, once)")
        self.python = python_of(self.folder, requirements, {"CMAKE_ARGS": flags})
        self.version = next(line.split("==")[1] for line in requirements.read_text().splitlines() if line.startswith("llama"))
        self.converter = self.folder / "source/vendor/llama.cpp"
        if not (self.converter / "convert_hf_to_gguf.py").is_file():
            self.unpack()

    def unpack(self):
        log = self.folder / "install.log"
        package = f"llama-cpp-python=={self.version}"
        run([self.python, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--no-build-isolation",
             "--no-binary", "llama-cpp-python", package, "-d", self.folder], log=log)
        unpacked = self.folder / "source.unfinished"
        shutil.rmtree(unpacked, ignore_errors=True)
        with tarfile.open(next(self.folder.glob("llama_cpp_python-*.tar.gz"))) as archive:
            archive.extractall(unpacked, filter="data")
        shutil.rmtree(self.folder / "source", ignore_errors=True)
        next(unpacked.iterdir()).rename(self.folder / "source")
        unpacked.rmdir()

    def convert(self, model, output, kinds):
        """Lines that say which types the matrices have; the files are output/model.KIND.gguf, output/mmproj.*.gguf."""
        if not all((output / f"model.{kind}.gguf").is_file() for kind in kinds):
            say(f"converting {model.name} for llama.cpp: {', '.join(kinds)}")
        result = subprocess.run([self.python, "-B", HERE / "llama_convert.py", self.converter, model, output, *kinds],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            (self.folder / "convert.log").write_text(result.stderr)
            lines = result.stderr.strip().splitlines() or [str(result.returncode)]
            raise Missing(f"llama.cpp cannot convert {model.name}: {lines[-1]}")
        return result.stdout.splitlines()

    def describe(self):
        return f"llama.cpp in llama-cpp-python {self.version}, {' '.join(LLAMA_FLAGS)}"


class OpenVino:
    """OpenVINO GenAI, and optimum-intel to export with."""

    def __init__(self, build):
        self.folder = build / "anchors/openvino"
        requirements = HERE / "requirements-openvino.txt"
        if not (self.folder / "requirements.txt").is_file():
            say("installing OpenVINO in build/anchors/openvino (1 GB, once)")
        self.python = python_of(self.folder, requirements)
        self.versions = ", ".join(line.replace("==", " ") for line in requirements.read_text().splitlines() if "==" in line)

    def convert(self, model, output, kind):
        """kind: int4 or int8, as optimum-intel names weight formats."""
        if (output / "openvino_language_model.xml").is_file():
            return
        say(f"exporting {model.name} for OpenVINO: {kind} (minutes, once)")
        unfinished = output.with_name(output.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        run([self.python, "-B", HERE / "openvino_convert.py", model, unfinished, kind], log=self.folder / "convert.log")
        unfinished.rename(output)

    def describe(self):
        return f"OpenVINO: {self.versions}"
