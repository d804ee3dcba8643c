# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python tools COMMAND …`: called by `tools/bootstrap.sh`, from any folder."""

import sys
from pathlib import Path


def start() -> int:
    """Put the repository where this folder was on the path, then run the command."""
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from tools.commands import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
