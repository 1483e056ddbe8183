"""A model folder -> OpenVINO IR by optimum-intel. Runs in the environment of OpenVINO.

    openvino_convert.py MODEL_FOLDER OUTPUT_FOLDER int4|int8
"""

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import torch

# What transformers wants to read in a model folder and our random checkpoints leave out.
ADDED = {
    "preprocessor_config.json": {"processor_class": "Qwen3VLProcessor", "image_processor_type": "Qwen2VLImageProcessorFast"},
    "video_preprocessor_config.json": {"processor_class": "Qwen3VLProcessor", "video_processor_type": "Qwen3VLVideoProcessor"},
    "tokenizer_config.json": {"tokenizer_class": "Qwen2TokenizerFast", "extra_special_tokens": {}},
}


def complete(model, folder):
    for file in model.iterdir():
        if file.name not in ADDED:
            (folder / file.name).symlink_to(file.resolve())
    for name, fields in ADDED.items():
        values = {**json.loads((model / name).read_text()), **fields}
        if name == "tokenizer_config.json":
            values["chat_template"] = (model / "chat_template.jinja").read_text()
        (folder / name).write_text(json.dumps(values))


def let_torchvision_load():
    """Beside a torch without CUDA, PyPI's torchvision cannot load its own operators, and falls over the first that it
    describes. None of them is used here: the processor of pictures, which is, needs only Python."""
    binary = next(Path(importlib.util.find_spec("torchvision").origin).parent.glob("_C*.so"))
    try:
        torch.ops.load_library(binary)
    except OSError:
        library = let_torchvision_load.library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def main():
    model, output, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    let_torchvision_load()
    from optimum.commands.optimum_cli import main as optimum
    with tempfile.TemporaryDirectory() as folder:
        complete(model, Path(folder))
        sys.argv = ["optimum-cli", "export", "openvino", "--model", folder, "--task", "image-text-to-text",
                    "--weight-format", kind, str(output)]
        optimum()


if __name__ == "__main__":
    main()
