"""The server as a client starts it: a relay to the home's owner."""

import os

from temporec_mcp.cli.options import Options
from temporec_mcp.relay.main import run_relay
from temporec_mcp.settings import asked_choices, load_settings


def stdio(options: Options) -> int:
    """Serve one client on stdin and stdout until it closes them; in this process when it is to stand alone."""
    if options.flag("standalone"):
        from temporec_mcp.cli.serving import stdio as stdio_alone

        return stdio_alone(options)
    typed = options.given("home", "device", "threads", "encoder", "narrator")
    run_relay(str(load_settings(os.environ, **typed).home), asked_choices(os.environ, typed))
    return 0
