"""What a room of the chat carries: `python -m bench.chat --clients 50 200 1000`.

One process as `educa serve` starts it, and beside it a bare fan-out on the same server. Rounds alternate,
each with fresh servers; the table shows medians. Clients run in another process, whose CPU is shown:
above 0.9 the clients were the limit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.processes import ROOT, SYSTEMS, Running, System, environment, in_process

CHAT = {
    "educa": SYSTEMS["embedded"],
    "bare": System("bare", (sys.executable, "-m", "bench.fan_out", "{port}")),
}
TEXT = 40  # bytes of what is said
FRAME = 330  # bytes of the frame that Educa makes of it, which the bare fan-out gets as it is
AT_ONCE = 50  # connections that are opened at a time
HEAD = (
    "clients system  connects/s CPU ms   KB each |  10/s: p50 ms   p99 ms CPU ms/1000 |"
    "  full: deliveries/s CPU ms/1000 server driver | failed load"
)
ROW = (
    "{clients:>7} {system:7} {connects_s:>10.0f} {connect_cpu_ms:>6.1f} {kb_per_client:>9.1f} |"
    " {open[p50_ms]:>13.1f} {open[p99_ms]:>8.1f} {open[cpu_ms_per_1000]:>11.1f} |"
    " {closed[deliveries_s]:>19.0f} {closed[cpu_ms_per_1000]:>11.1f} {closed[server_cpu]:>6.2f}"
    " {closed[driver_cpu]:>6.2f} | {failed:>6.0f} {load_average:>4.1f}"
)


def main() -> None:
    """Measure what the command line asks for; the table goes to stdout, JSON to --json."""
    options = arguments()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="educa-bench-") as name:
        folder = Path(name)
        made = json.loads(
            in_process("tests.torture.people", str(max(options.clients)), folder=folder)
        )
        print(HEAD, flush=True)
        for clients in options.clients:
            rounds: dict[str, list[dict[str, Any]]] = {system: [] for system in options.systems}
            for _ in range(options.rounds):
                for system in options.systems:
                    rounds[system].append(measure(system, options, made, clients, folder))
            for system, found in rounds.items():
                failed = sum(each["failed"] for each in found)
                row = {"clients": clients, "system": system, **median(found), "failed": failed}
                rows.append(row)
                print(ROW.format(**rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.chat", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--systems", nargs="+", choices=CHAT, default=list(CHAT))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rate", type=float, default=10, help="messages a second (open loop)")
    parser.add_argument("--window", type=int, default=4, help="messages under way (closed loop)")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def measure(
    system: str, options: argparse.Namespace, made: dict[str, Any], clients: int, folder: Path
) -> dict[str, Any]:
    """One round of one system."""
    server = Running(CHAT[system], folder)
    with ExitStack() as stack:
        stack.callback(server.stop)
        server.wait()
        told = {
            "port": server.port,
            "pid": server.pid,
            "path": f"/ws/chat/room/{made['course']}/",
            "sessions": [person["session"] for person in made["people"][:clients]],
            "is_bare": system == "bare",
            "size": FRAME if system == "bare" else TEXT,
            "seconds": options.seconds,
            "rate": options.rate,
            "window": options.window,
            "at_once": AT_ONCE,
        }
        done = subprocess.run(
            [sys.executable, "-m", "bench.sockets"],
            cwd=ROOT,
            env=environment(folder),
            input=json.dumps(told),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    found["failed"] = found.pop("broken") + found["open"]["missing"] + found["closed"]["missing"]
    return found


def median(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure over the rounds."""
    return {
        name: median([row[name] for row in found])
        if isinstance(value, dict)
        else statistics.median(row[name] for row in found)
        for name, value in found[0].items()
    }


if __name__ == "__main__":
    main()
