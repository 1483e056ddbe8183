#!/usr/bin/env python3
"""Write a random Qwen3-VL checkpoint of any shape, for speed and memory runs.

    tests/make_checkpoint.py FOLDER [--preset 2b|4b|8b|tiny] [--set text_config.num_hidden_layers=4 ...]

The presets 2b, 4b and 8b have the shapes of the released Instruct models (bf16, shards of at most 2 GB). The weights
are windows into one block of random numbers, so that writing costs little more than the disk; what the model says is
noise. Needs only the standard library.
"""
import argparse
import array
import json
import math
import os
import random
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "tokenizer.model")
TEMPLATE_FILES = ("chat_template.jinja", "chat_template.json")
MOST_POOL_VALUES = 1 << 21


def vision(hidden, intermediate, depth, deepstack, heads=16, positions=2304):
    return dict(deepstack_visual_indexes=deepstack, depth=depth, hidden_act="gelu_pytorch_tanh", hidden_size=hidden,
                in_channels=3, intermediate_size=intermediate, model_type="qwen3_vl", num_heads=heads,
                num_position_embeddings=positions, patch_size=16, spatial_merge_size=2, temporal_patch_size=2)


def text(hidden, intermediate, layers, heads, kv_heads=8, head_dim=128, vocab=151936, context=262144,
         section=(24, 20, 20)):
    return dict(attention_bias=False, head_dim=head_dim, hidden_act="silu", hidden_size=hidden,
                intermediate_size=intermediate, max_position_embeddings=context, model_type="qwen3_vl_text",
                num_attention_heads=heads, num_hidden_layers=layers, num_key_value_heads=kv_heads, rms_norm_eps=1e-6,
                rope_scaling=dict(mrope_interleaved=True, mrope_section=list(section), rope_type="default"),
                rope_theta=5000000, vocab_size=vocab)


PRESETS = {
    "2b": (text(2048, 6144, 28, 16), vision(1024, 4096, 24, [5, 11, 17]), True),
    "4b": (text(2560, 9728, 36, 32), vision(1024, 4096, 24, [5, 11, 17]), True),
    "8b": (text(4096, 12288, 36, 32), vision(1152, 4304, 27, [8, 16, 24]), False),
    "tiny": (text(64, 128, 2, 4, 2, 32, 896, 4096, (6, 5, 5)), vision(48, 112, 3, [0, 1], 4, 256), True),
}


def special_ids(folder):
    """Exact text -> id of the tokenizer's added tokens, from whichever file lists them."""
    found = {}
    path = os.path.join(folder, "tokenizer_config.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
        found.update(config.get("special_tokens", {}))
        found.update({token["content"]: int(i) for i, token in config.get("added_tokens_decoder", {}).items()})
    path = os.path.join(folder, "tokenizer.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            found.update({token["content"]: token["id"] for token in json.load(file).get("added_tokens", [])})
    return found


def make_config(preset, changes, ids):
    text_config, vision_config, tied = json.loads(json.dumps(PRESETS[preset]))
    try:
        end = ids["<|im_end|>"]
        config = dict(architectures=["Qwen3VLForConditionalGeneration"], model_type="qwen3_vl", dtype="bfloat16",
                      image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
                      vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"],
                      tie_word_embeddings=tied, text_config=text_config, vision_config=vision_config)
    except KeyError as missing:
        sys.exit(f"the tokenizer has no token {missing}")
    text_config["eos_token_id"] = end
    for change in changes:
        field, _, value = change.partition("=")
        place = config
        *path, last = field.split(".")
        for part in path:
            place = place.setdefault(part, {})
        place[last] = json.loads(value)
    vision_config["out_hidden_size"] = text_config["hidden_size"]
    if max(ids.values()) >= text_config["vocab_size"]:
        sys.exit(f"vocab_size {text_config['vocab_size']} is smaller than the tokenizer ({max(ids.values()) + 1} tokens)")
    return config


def tensors(config):
    """Names and shapes in the order of the computation."""
    v, t = config["vision_config"], config["text_config"]
    width, merged = v["hidden_size"], v["hidden_size"] * v["spatial_merge_size"] ** 2

    def linear(name, outputs, inputs):
        yield name + ".weight", (outputs, inputs)
        yield name + ".bias", (outputs,)

    def norm(name, size):
        yield name + ".weight", (size,)
        yield name + ".bias", (size,)

    def merger(name, norm_size):
        yield from norm(name + ".norm", norm_size)
        yield from linear(name + ".linear_fc1", merged, merged)
        yield from linear(name + ".linear_fc2", v["out_hidden_size"], merged)

    yield "model.visual.patch_embed.proj.weight", (width, 3, v["temporal_patch_size"], v["patch_size"], v["patch_size"])
    yield "model.visual.patch_embed.proj.bias", (width,)
    yield "model.visual.pos_embed.weight", (v["num_position_embeddings"], width)
    for i in range(v["depth"]):
        block = f"model.visual.blocks.{i}."
        yield from norm(block + "norm1", width)
        yield from linear(block + "attn.qkv", 3 * width, width)
        yield from linear(block + "attn.proj", width, width)
        yield from norm(block + "norm2", width)
        yield from linear(block + "mlp.linear_fc1", v["intermediate_size"], width)
        yield from linear(block + "mlp.linear_fc2", width, v["intermediate_size"])
    yield from merger("model.visual.merger", width)
    for i in range(len(v["deepstack_visual_indexes"])):
        yield from merger(f"model.visual.deepstack_merger_list.{i}", merged)

    width, middle, head = t["hidden_size"], t["intermediate_size"], t["head_dim"]
    queries, keys = t["num_attention_heads"] * head, t["num_key_value_heads"] * head
    yield "model.language_model.embed_tokens.weight", (t["vocab_size"], width)
    for i in range(t["num_hidden_layers"]):
        layer = f"model.language_model.layers.{i}."
        yield layer + "input_layernorm.weight", (width,)
        yield layer + "self_attn.q_proj.weight", (queries, width)
        yield layer + "self_attn.k_proj.weight", (keys, width)
        yield layer + "self_attn.v_proj.weight", (keys, width)
        yield layer + "self_attn.o_proj.weight", (width, queries)
        yield layer + "self_attn.q_norm.weight", (head,)
        yield layer + "self_attn.k_norm.weight", (head,)
        yield layer + "post_attention_layernorm.weight", (width,)
        yield layer + "mlp.gate_proj.weight", (middle, width)
        yield layer + "mlp.up_proj.weight", (middle, width)
        yield layer + "mlp.down_proj.weight", (width, middle)
    yield "model.language_model.norm.weight", (width,)
    if not config["tie_word_embeddings"]:
        yield "lm_head.weight", (t["vocab_size"], width)


def to_bfloat16(values):
    raw = array.array("f", values).tobytes()
    if sys.byteorder != "little":
        sys.exit("only little-endian machines")
    result = bytearray(len(raw) // 2)
    result[0::2], result[1::2] = raw[2::4], raw[3::4]  # the upper half of each number: rounded towards zero
    return bytes(result)


class Pool:
    """Random bf16 numbers, drawn once; every tensor takes windows of its own."""

    def __init__(self, std, seed, size):
        self.random = random.Random(seed)
        self.size = size
        gauss = self.random.gauss
        self.data = memoryview(to_bfloat16([gauss(0.0, std) for _ in range(size)]))

    def write(self, file, count):
        while count > 0:
            start = self.random.randrange(self.size // 2)
            taken = min(count, self.size - start)
            file.write(self.data[2 * start:2 * (start + taken)])
            count -= taken


class Outliers:
    """A share of the channels in front of the linear layers is `factor` times as large as the others, the same ones in
    every layer of a network, as in released models."""

    def __init__(self, share=0.0, factor=1.0):
        self.share, self.factor = share, factor

    def gains(self, size):
        chosen = set(random.Random(size).sample(range(size), round(self.share * size)))
        return to_bfloat16([self.factor if i in chosen else 1.0 for i in range(size)])

    @staticmethod
    def parse(words):
        share, _, factor = words.partition(",")
        return Outliers(float(share), float(factor))


def write_shard(path, entries, pool, outliers):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in entries:
        size = 2 * math.prod(shape)
        header[name] = dict(dtype="BF16", shape=list(shape), data_offsets=[offset, offset + size])
        offset += size
    text_bytes = json.dumps(header, separators=(",", ":")).encode()
    text_bytes += b" " * (-len(text_bytes) % 8)
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(len(text_bytes).to_bytes(8, "little") + text_bytes)
        for name, shape in entries:
            count = math.prod(shape)
            if "norm" in name and name.endswith(".weight"):
                between = "merger" in name or "q_norm" in name or "k_norm" in name
                file.write((Outliers() if between else outliers).gains(count))
            elif name.endswith(".bias"):
                file.write(bytes(2 * count))
            else:
                pool.write(file, count)


def shards_of(entries, limit):
    shards, size = [[]], 0
    for name, shape in entries:
        bytes_of_it = 2 * math.prod(shape)
        if shards[-1] and size + bytes_of_it > limit:
            shards.append([])
            size = 0
        shards[-1].append((name, shape))
        size += bytes_of_it
    return shards


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="2b")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=JSON", help="change a field of config.json")
    parser.add_argument("--tokenizer", default=os.path.join(HERE, "data", "tokenizer", "tiny"),
                        help="a folder with a tokenizer; ids beyond it are empty texts")
    parser.add_argument("--std", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--outliers", type=Outliers.parse, default=Outliers(), metavar="SHARE,FACTOR",
                        help="make a share of the channels that linear layers see larger, like 0.003,50")
    parser.add_argument("--shard-bytes", type=int, default=2_000_000_000)
    options = parser.parse_args()

    begin = time.monotonic()
    config = make_config(options.preset, options.set, special_ids(options.tokenizer))
    os.makedirs(options.folder, exist_ok=True)
    for name in os.listdir(options.folder):
        if name.endswith(".safetensors") or name == "model.safetensors.index.json":
            os.remove(os.path.join(options.folder, name))
    for name in TOKENIZER_FILES + TEMPLATE_FILES:
        if os.path.exists(os.path.join(options.tokenizer, name)):
            shutil.copyfile(os.path.join(options.tokenizer, name), os.path.join(options.folder, name))
    if not any(os.path.exists(os.path.join(options.folder, name)) for name in TEMPLATE_FILES):
        shutil.copyfile(os.path.join(HERE, "tiny_model", "chat_template.jinja"),
                        os.path.join(options.folder, "chat_template.jinja"))
    write_json(os.path.join(options.folder, "config.json"), config)
    write_json(os.path.join(options.folder, "generation_config.json"),
               dict(eos_token_id=config["text_config"]["eos_token_id"], do_sample=True, temperature=0.7, top_k=20, top_p=0.8))
    half = [0.5, 0.5, 0.5]
    for name, low, high in (("preprocessor_config.json", 65536, 16777216),
                            ("video_preprocessor_config.json", 4096, 25165824)):
        write_json(os.path.join(options.folder, name),
                   dict(size=dict(shortest_edge=low, longest_edge=high), image_mean=half, image_std=half,
                        patch_size=config["vision_config"]["patch_size"], temporal_patch_size=2,
                        merge_size=config["vision_config"]["spatial_merge_size"]))

    entries = list(tensors(config))
    shards = shards_of(entries, options.shard_bytes)
    total = sum(math.prod(shape) for _, shape in entries)
    pool = Pool(options.std, options.seed, min(MOST_POOL_VALUES, total // 4 + 2))
    weight_map = {}
    for number, shard in enumerate(shards, 1):
        name = "model.safetensors" if len(shards) == 1 else f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        write_shard(os.path.join(options.folder, name), shard, pool, options.outliers)
        weight_map.update({tensor: name for tensor, _ in shard})
    if len(shards) > 1:
        write_json(os.path.join(options.folder, "model.safetensors.index.json"),
                   dict(metadata=dict(total_size=2 * total), weight_map=weight_map))
    print(f"{total / 1e6:,.1f} M parameters, {2 * total / 1e9:.3f} GB in {len(shards)} file(s), "
          f"{time.monotonic() - begin:.1f} s")


if __name__ == "__main__":
    main()
