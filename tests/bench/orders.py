"""What a worker of the bench does: says hello, then answers orders, one line of JSON each."""

import json
import sys


def serve(worker, hello):
    """An order names a method of the worker: {"do": "decode", ...}."""
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = getattr(worker, order["do"])(order)
        except Exception as error:  # the one who asked decides whether to go on
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
