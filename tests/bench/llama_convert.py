"""A model folder -> GGUF files, by the converter and the quantiser of llama.cpp. Runs in the environment of llama.cpp.

    llama_convert.py CONVERTER_FOLDER MODEL_FOLDER OUTPUT_FOLDER TYPE...     TYPE: F32, BF16, Q8_0, Q4_K_M

Writes MODEL.TYPE.gguf and, for models that see, mmproj.TYPE.gguf (F32, BF16 or Q8_0). What is there already stays.
"""

import contextlib
import ctypes
import os
import runpy
import sys
from collections import Counter
from pathlib import Path

BY_THE_CONVERTER = {"F32": "f32", "BF16": "bf16", "Q8_0": "q8_0"}
VISION_TYPE = {"F32": "F32", "BF16": "BF16", "Q8_0": "Q8_0", "Q4_K_M": "Q8_0"}  # as its users have it


def convert(converter, model, output, kind, vision):
    """Their script in this process. It knows tokenizers by a hash, and that of a cut vocabulary is in no list."""
    sys.path[:0] = [str(converter), str(converter / "gguf-py")]
    from conversion.base import TextModel
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
    unfinished = output.with_suffix(".unfinished")
    sys.argv = ["convert_hf_to_gguf.py", str(model), "--outfile", str(unfinished), "--outtype", BY_THE_CONVERTER[kind]]
    if vision:
        sys.argv.append("--mmproj")
    runpy.run_path(str(converter / "convert_hf_to_gguf.py"), run_name="__main__")
    # Where it makes a name of its own of the one it was given, it puts a prefix before it.
    found = [path for path in (unfinished, unfinished.with_name("mmproj-" + unfinished.name)) if path.exists()]
    found[0].rename(output)


def quantise(source, output, kind):
    import llama_cpp
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama_cpp, "LLAMA_FTYPE_MOSTLY_" + kind)
    parameters.nthread = os.cpu_count()
    unfinished = output.with_suffix(".unfinished")
    if llama_cpp.llama_model_quantize(str(source).encode(), str(unfinished).encode(), ctypes.byref(parameters)) != 0:
        sys.exit(f"llama.cpp cannot quantise {source} to {kind}")
    unfinished.rename(output)


def matrix_types(converter, file):
    """How many of the matrices have which type: rows that fit no block of the wanted type get another one."""
    sys.path.insert(0, str(converter / "gguf-py"))
    from gguf import GGUFReader
    return Counter(tensor.tensor_type.name for tensor in GGUFReader(file).tensors if len(tensor.shape) > 1)


def main():
    converter, model, output = map(Path, sys.argv[1:4])
    kinds = sys.argv[4:]
    output.mkdir(parents=True, exist_ok=True)
    file = lambda kind: output / f"model.{kind}.gguf"
    with contextlib.redirect_stdout(sys.stderr):
        for kind in kinds:
            source = kind if kind in BY_THE_CONVERTER and kind != "Q8_0" else "BF16"
            if not file(source).exists():
                convert(converter, model, file(source), source, vision=False)
            if not file(kind).exists():
                quantise(file(source), file(kind), kind)
            projector = output / f"mmproj.{VISION_TYPE[kind]}.gguf"
            if not projector.exists():
                convert(converter, model, projector, VISION_TYPE[kind], vision=True)
    for kind in kinds:
        types = ", ".join(f"{count} {name}" for name, count in matrix_types(converter, file(kind)).most_common())
        print(f"{file(kind).name}: {types}")


if __name__ == "__main__":
    main()
