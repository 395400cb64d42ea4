"""`python -m holdfast`: the command line, where its script is not installed."""

import sys

from holdfast.cli import main

sys.exit(main())
