"""The parts of the bench by name. Each takes the options, the machine and the contestants."""

from gpu_parts import gpu
from picture_parts import encode, turns
from speed_parts import batch, decode, prefill, processors
from start_parts import load, memory

ALL = {"decode": decode, "batch": batch, "processors": processors, "prefill": prefill, "encode": encode, "turns": turns, "load": load,
       "memory": memory, "gpu": gpu}
