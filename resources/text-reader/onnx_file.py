"""Reads as much of an ONNX file as the conversion needs: nodes, constant tensors and metadata.

ONNX is protobuf: a message is a row of fields, each a key (number << 3 | kind) and a value. The field numbers below are
those of onnx.proto.
"""

import math
import struct
from array import array
from dataclasses import dataclass, field

FLOAT = 1  # TensorProto.DataType


@dataclass
class Tensor:
    shape: list
    values: array  # of floats


@dataclass
class Node:
    operation: str
    inputs: list
    outputs: list
    attributes: dict  # name -> float; other kinds are left out


@dataclass
class Graph:
    nodes: list = field(default_factory=list)
    constants: dict = field(default_factory=dict)  # name -> Tensor, floats only
    metadata: dict = field(default_factory=dict)


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def fields(data):
    """Yields (number, value): an int, 4 or 8 raw bytes, or the bytes of a string or of a message inside."""
    position = 0
    while position < len(data):
        key, position = varint(data, position)
        kind = key & 7
        if kind == 0:
            value, position = varint(data, position)
            yield key >> 3, value
            continue
        if kind == 2:
            size, position = varint(data, position)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"protobuf field of kind {kind}")
        if position + size > len(data):
            raise ValueError("the file ends inside a field")
        yield key >> 3, data[position:position + size]
        position += size


def packed_varints(value):
    if isinstance(value, int):
        return [value]
    numbers, position = [], 0
    while position < len(value):
        number, position = varint(value, position)
        numbers.append(number)
    return numbers


def text(value):
    return bytes(value).decode("utf-8")


def read_tensor(data):
    """(name, Tensor), or (name, None) for a tensor that does not hold floats."""
    shape, kind, name, values = [], 0, "", array("f")
    for number, value in fields(data):
        if number == 1:
            shape += packed_varints(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = text(value)
        elif number in (4, 9):  # float_data (packed) or raw_data: the same bytes
            values.frombytes(bytes(value))
    if kind != FLOAT:
        return name, None
    if len(values) != math.prod(shape):
        raise ValueError(f"tensor {name} has {len(values)} values for the shape {shape}")
    return name, Tensor(shape, values)


def read_attribute(data):
    """(name, float | Tensor | None)"""
    name, result = "", None
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            result = struct.unpack("<f", value)[0]
        elif number == 5:
            result = read_tensor(value)[1]
    return name, result


def read_node(data):
    node, tensor = Node("", [], [], {}), None
    for number, value in fields(data):
        if number == 1:
            node.inputs.append(text(value))
        elif number == 2:
            node.outputs.append(text(value))
        elif number == 4:
            node.operation = text(value)
        elif number == 5:
            name, result = read_attribute(value)
            if isinstance(result, Tensor):
                tensor = result
            elif result is not None:
                node.attributes[name] = result
    return node, tensor


def read(data):
    graph = Graph()
    for number, value in fields(memoryview(data)):
        if number == 14:  # metadata_props
            entry = dict(fields(value))
            graph.metadata[text(entry[1])] = text(entry[2])
        elif number == 7:  # graph
            for part, content in fields(value):
                if part == 1:
                    node, tensor = read_node(content)
                    if node.operation == "Constant":
                        if tensor is not None:
                            graph.constants[node.outputs[0]] = tensor
                    else:
                        graph.nodes.append(node)
                elif part == 5:
                    name, tensor = read_tensor(content)
                    if tensor is not None:
                        graph.constants[name] = tensor
    return graph
