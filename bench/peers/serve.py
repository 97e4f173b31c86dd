"""The answering end of the benchmark's line protocol (bench/src/protocol.ts) for a side written in Python.

An implementation is an object with prepare(task) -> dict and run(options) -> dict with at least "milliseconds".
"""

import json
import os
import re
import resource
import sys
import traceback
from pathlib import Path


class Missing(Exception):
    """Something other than a Python package is not installed here."""


def serve(implementation):
    """Answers requests on stdin until it closes: missing packages with `missing`, other failures with `error`."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    # Libraries that print would break the protocol; whatever they print goes to stderr.
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(answer(implementation, json.loads(line))), file=replies)


def answer(implementation, request):
    try:
        if request["do"] == "prepare":
            return {"prepared": implementation.prepare(request["task"])}
        return {"ran": {**implementation.run(request["options"]), "peakBytes": peak_bytes()}}
    except ModuleNotFoundError as error:
        return {"missing": f"Python package {error.name}"}
    except Missing as error:
        return {"missing": str(error)}
    except Exception:
        return {"error": traceback.format_exc()}


def resident_bytes():
    """The resident memory of this process now."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024
    return peak_bytes()


def peak_bytes():
    """The largest resident memory of this process, on Linux from the kernel's own record of this program: the figure
    of getrusage there starts with the size of the process that started it."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
