"""Programs that hold a loaded model and answer orders, a line of JSON each (inference/tools/model_bench.cpp says which)."""

import json
import os
import subprocess


class Failed(Exception):
    """A worker that cannot do what it was asked: one sentence."""


class Worker:
    """Starts at once; `facts` is what it said when its model was open."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            complaint = (self.process.communicate()[1] or "").strip().splitlines()
            raise Failed(f"{self.name} ended: {complaint[-1] if complaint else f'exit code {self.process.returncode}'}")
        return json.loads(line)

    def ask(self, **order):
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why
        answer = self.answer()
        if "error" in answer:
            raise Failed(f"{self.name}: {answer['error']}")
        return answer

    def close(self):
        if self.process.poll() is None:
            self.process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
