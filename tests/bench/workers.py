"""Programs that hold a loaded model and answer orders, a line of JSON each (inference/tools/model_bench.cpp says which)."""

import json
import subprocess
import tempfile


class Failed(Exception):
    """A worker that cannot do what it was asked: one sentence."""


class Worker:
    """Starts at once; `facts` is what it said when its model was open."""

    def __init__(self, name, command):
        self.name = name
        self.complaints = tempfile.TemporaryFile("w+")  # not a pipe, which would fill up: libraries talk
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.complaints, text=True)
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.communicate()
            self.complaints.seek(0)
            complaints = self.complaints.read().strip().splitlines()
            raise Failed(f"{self.name} ended: {complaints[-1] if complaints else f'exit code {self.process.returncode}'}")
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
        self.complaints.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
