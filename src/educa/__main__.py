"""`python -m educa`: the same as the command `educa`."""

import sys

from educa.config.cli import main

sys.exit(main())
