"""The parts of the bench by name. Each takes the options, the machine and the contestants."""

from speed_parts import batch, decode, prefill
from start_parts import load, memory, turns

ALL = {"decode": decode, "batch": batch, "prefill": prefill, "load": load, "memory": memory, "turns": turns}
