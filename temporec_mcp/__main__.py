"""Makes `python -m temporec_mcp` the same as the `temporec-mcp` command."""

import sys

from temporec_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
