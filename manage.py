#!/usr/bin/env python3
"""Django's commands, for those who expect them here; the same as `./educa manage`."""

import sys

from educa.config.cli import main

if __name__ == "__main__":
    sys.exit(main(["manage", *sys.argv[1:]]))
