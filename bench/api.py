"""What reading by the API costs, beside a view that does nothing: `python -m bench.api`.

A page of 20 courses with their modules, and the 40 contents of a course, by a token; on the same server
and in the same rounds as `/healthz`.
"""

import argparse
import json
import tempfile
from pathlib import Path

from bench.run import HEAD, ROW, in_process, measure


def main() -> None:
    """Measure what the command line asks for; tables go to stdout."""
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("--courses", type=int, default=200)
    parser.add_argument("--systems", nargs="+", default=["embedded", "granian"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        folder = Path(name)
        in_process("bench.fill", str(options.courses), folder=folder)
        reader = json.loads(in_process("bench.reader", folder=folder))
        by = f"Bearer {reader['secret']}"
        options.pages = ["/healthz", "/api/courses/", f"/api/courses/{reader['course']}/contents/"]
        options.headers = {"Authorization": by}
        print(HEAD)
        for row in measure(options, folder):
            print(ROW.format(**row, courses=options.courses), flush=True)
        for page in options.pages:
            inside = json.loads(in_process("bench.statements", page, by, folder=folder))
            print(f"{page} in process {inside}", flush=True)


if __name__ == "__main__":
    main()
