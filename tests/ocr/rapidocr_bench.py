"""Reads pictures with RapidOCR as contestants.py asks: lines of JSON in, lines of JSON out. usage: rapidocr_bench.py THREADS

It is given pixels: from a path of a palette picture it takes the indices for grey values.
"""

import json
import logging
import resource
import sys
import time

import cv2
from rapidocr import RapidOCR

logging.disable(logging.CRITICAL)
threads = int(sys.argv[1])
cv2.setNumThreads(threads)
engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": threads,
                          "EngineConfig.onnxruntime.inter_op_num_threads": 1})
warm = False
for line in sys.stdin:
    row = json.loads(line)
    picture = cv2.imread(row["file"], cv2.IMREAD_COLOR)
    if not warm:
        warm = bool(engine(picture)) or True
    started, cpu = time.perf_counter(), time.process_time()
    found = engine(picture)
    texts = list(found.txts or ())
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    boxes = [] if found.boxes is None else found.boxes
    lines = [[text, [float(box[:, 0].min()), float(box[:, 1].min()), float(box[:, 0].max()), float(box[:, 1].max())]]
             for text, box in zip(texts, boxes)]
    print(json.dumps({"id": row["id"], "text": "\n".join(texts), "seconds": seconds, "cpu": cpu, "lines": lines,
                      "size": [picture.shape[1], picture.shape[0]]}), flush=True)
print(json.dumps({"summary": {"peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}}), flush=True)
