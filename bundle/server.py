"""The entry of the bundle: the app's own Python starts the server with it."""

import sys

from temporec_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
