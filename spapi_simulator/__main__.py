# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m spapi_simulator``: run the simulator until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from .simulator import Simulator


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_ignored: ended.set())
    simulator = Simulator(options.port, options.models, options.feed_seconds)
    simulator.unlimited = options.unlimited
    simulator.settings.visibility_seconds = options.visibility_seconds
    simulator.settings.report_seconds = options.report_seconds
    simulator.settings.notify_orders = options.notify_orders
    with simulator:
        if options.port_file:
            _write_whole(Path(options.port_file), simulator.url.rpartition(":")[2])
        print(f"listening on {simulator.url}", flush=True)
        ended.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="spapi_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="TCP port on loopback; 0: any free one")
    parser.add_argument("--port-file", help="where to write the port once it listens")
    parser.add_argument("--feed-seconds", type=float, default=0, help="how long a feed takes")
    parser.add_argument(
        "--visibility-seconds", type=float, default=0, help="age at which orders become visible"
    )
    parser.add_argument("--report-seconds", type=float, default=0, help="how long a report takes")
    parser.add_argument(
        "--notify-orders", action="store_true", help="put changes of orders into the queue"
    )
    parser.add_argument("--models", help="folder of Amazon's models; empty: no validation")
    parser.add_argument("--unlimited", action="store_true", help="no throttling")
    return parser


def _write_whole(path: Path, text: str) -> None:
    """Write a file at once: whoever waits for it never reads half of it."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text)
    partial.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
