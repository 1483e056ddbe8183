"""A model in llama.cpp, by its C interface: token ids go in, logits come out. Runs in the environment of llama.cpp."""

import ctypes

import llama_cpp
import numpy as np


class Batch:
    """Tokens with positions and sequences; logits are wanted of those that are said so."""

    def __init__(self, size):
        self.batch = llama_cpp.llama_batch_init(size, 0, 1)

    def fill(self, tokens, positions, sequences, wanted):
        batch = self.batch
        batch.n_tokens = len(tokens)
        for i, (token, position, sequence) in enumerate(zip(tokens, positions, sequences)):
            batch.token[i], batch.pos[i] = token, position
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, sequence
            batch.logits[i] = i in wanted
        return batch


class Model:
    def __init__(self, file):
        llama_cpp.llama_backend_init()
        self.handle = llama_cpp.llama_model_load_from_file(str(file).encode(), llama_cpp.llama_model_default_params())
        if not self.handle:
            raise RuntimeError(f"llama.cpp cannot load {file}")
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.handle))


class Context:
    """A KV cache for `sequences` sequences of at most `length` tokens each."""

    def __init__(self, model, length, threads, sequences=1, chunk=512, cache_type=None):
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = length * sequences
        parameters.n_batch = parameters.n_ubatch = chunk
        parameters.n_seq_max = sequences
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        if cache_type is not None:
            parameters.type_k = parameters.type_v = cache_type
        self.model, self.chunk = model, chunk
        self.handle = llama_cpp.llama_init_from_model(model.handle, parameters)
        if not self.handle:
            raise RuntimeError(f"llama.cpp makes no context of {length} tokens")
        self.memory = llama_cpp.llama_get_memory(self.handle)
        self.batch = Batch(max(chunk, sequences))

    def close(self):
        llama_cpp.llama_batch_free(self.batch.batch)
        llama_cpp.llama_free(self.handle)

    def decode(self, tokens, positions, sequences, wanted):
        result = llama_cpp.llama_decode(self.handle, self.batch.fill(tokens, positions, sequences, wanted))
        if result != 0:
            raise RuntimeError(f"llama_decode gave {result}")

    def logits(self, row):
        values = llama_cpp.llama_get_logits_ith(self.handle, row)
        return np.ctypeslib.as_array(values, shape=(self.model.vocabulary,))

    def prefill(self, ids, sequence=0):
        """The whole prompt; the token that follows it."""
        for begin in range(0, len(ids), self.chunk):
            part = ids[begin:begin + self.chunk]
            last = begin + len(part) == len(ids)
            self.decode(part, range(begin, begin + len(part)), [sequence] * len(part), {len(part) - 1} if last else ())
        return int(self.logits(len(part) - 1).argmax())

    def forget(self, sequence, begin):
        """Everything of the sequence from the position `begin` on."""
        llama_cpp.llama_memory_seq_rm(self.memory, sequence, begin, -1)

    def decode_embeddings(self, embeddings, positions):
        """Rows of float32 in the places of tokens. positions: [4, rows], as M-RoPE has them."""
        rows = len(embeddings)
        values = np.ascontiguousarray(embeddings, np.float32)
        places = np.ascontiguousarray(positions, np.int32)
        counts = (ctypes.c_int32 * rows)(*[1] * rows)
        sequence = (ctypes.c_int32 * 1)(0)
        sequences = (ctypes.POINTER(ctypes.c_int32) * rows)(*[ctypes.cast(sequence, ctypes.POINTER(ctypes.c_int32))] * rows)
        wanted = (ctypes.c_int8 * rows)()
        batch = llama_cpp.llama_batch(
            n_tokens=rows, token=None, embd=values.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
            pos=places.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)), n_seq_id=counts, seq_id=sequences, logits=wanted)
        result = llama_cpp.llama_decode(self.handle, batch)
        if result != 0:
            raise RuntimeError(f"llama_decode gave {result} for rows of numbers")


def quiet():
    """llama.cpp's messages go nowhere; errors come as exceptions of this file."""
    quiet.callback = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(quiet.callback, None)


def build():
    """How the library was built, as it says itself."""
    return llama_cpp.llama_print_system_info().decode()
