#!/usr/bin/env python3
"""How long the program takes from its start to a window that can be used, with a full history and without the model.

Measured is the real program on an X server of its own, from just before it is executed until it says that a frame
with the list of conversations was shown and the keyboard has a control (app/common/trace.h); then Ctrl+Q is
pressed, and a program that takes it and ends well took its input. The model is loaded after that frame, so it has
no part in it. The first start fills caches and does not count.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

def seed(options):
    """A home with that history, made once and used again."""
    home = options.home / f"{options.conversations}-{options.messages}"
    if not (home / "seeded").is_file():
        shutil.rmtree(home, ignore_errors=True)
        folder = home / "data/sightline/sightline"
        folder.mkdir(parents=True)
        print(f"filling a history with {options.conversations} conversations and {options.messages} messages, once",
              file=sys.stderr, flush=True)
        subprocess.run([options.history_bench, "--fill-only", "--folder", folder, "--conversations",
                        str(options.conversations), "--messages", str(options.messages)], check=True)
        (home / "seeded").touch()
    return home


def start_server():
    server = subprocess.Popen(["Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "1400x1000x24", "-nolisten",
                               "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return server, f":{server.stdout.readline().decode().strip()}"


def run_once(options, environment):
    """Milliseconds until it can be used, milliseconds of processor until then, rows of the list."""
    begin = time.monotonic()
    program = subprocess.Popen([options.program], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               text=True)
    rows = None
    for line in program.stderr:
        if line.startswith("sightline.trace usable "):
            elapsed = time.monotonic() - begin
            fields = Path(f"/proc/{program.pid}/stat").read_text().rsplit(")", 1)[1].split()
            computed = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            rows = int(line.split()[2])
            break
    if rows is None:
        raise SystemExit(f"start_bench: the program ended with {program.wait()} before its window could be used")
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Sightline$"], env=environment,
                            stdout=subprocess.PIPE, text=True).stdout.split()[0]
    subprocess.run(["xdotool", "windowfocus", "--sync", window, "key", "ctrl+q"], env=environment)
    program.stderr.read()
    if program.wait() != 0:
        raise SystemExit(f"start_bench: the program ended with {program.returncode}")
    return 1000 * elapsed, 1000 * computed, rows


def main():
    parser = argparse.ArgumentParser(prog="./dev bench start", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--history-bench", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--conversations", type=int, default=5000)
    parser.add_argument("--messages", type=int, default=100000)
    parser.add_argument("--times", type=int, default=10, help="starts that count")
    parser.add_argument("--limit", type=float, help="exit code 1 if the median takes more milliseconds")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = seed(options)
    server, display = start_server()
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8", "HOME": str(home),
                   "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
                   "XDG_CACHE_HOME": str(home / "cache"), "QT_LOGGING_RULES": "sightline.trace.debug=true",
                   "QT_MESSAGE_PATTERN": "%{if-category}%{category} %{endif}%{message}"}
    environment.pop("WAYLAND_DISPLAY", None)
    try:
        runs = [run_once(options, environment) for _ in range(options.times + 1)]
    finally:
        server.kill()
        server.wait()
    elapsed = sorted(run[0] for run in runs[1:])
    computed = sorted(run[1] for run in runs[1:])
    if runs[-1][2] < options.conversations:
        raise SystemExit(f"start_bench: the list has {runs[-1][2]} rows")
    median = statistics.median(elapsed)
    if options.json:
        print(json.dumps({"conversations": runs[-1][2], "first_ms": runs[0][0], "median_ms": median,
                          "least_ms": elapsed[0], "most_ms": elapsed[-1],
                          "computed_median_ms": statistics.median(computed)}))
    else:
        print(f"start to a usable window, {runs[-1][2]} conversations: median {median:.0f} ms of {options.times} "
              f"({elapsed[0]:.0f} to {elapsed[-1]:.0f}), {statistics.median(computed):.0f} ms of processor; "
              f"the first one {runs[0][0]:.0f} ms")
    return 1 if options.limit and median > options.limit else 0


if __name__ == "__main__":
    sys.exit(main())
