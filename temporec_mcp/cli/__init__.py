"""The `temporec-mcp` command: parses, calls the same functions as the tools, prints.

Importing this package and parsing must stay cheap: without a sub-command it is the way to the server's first answer.
"""

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from temporec_mcp.cli.options import Options, global_parser
from temporec_mcp.errors import TemporecError

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code: 0 done, 1 the request could not be met, 2 usage."""
    _accept_every_character()
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return options.run(options)
    except TemporecError as error:
        print(f"temporec-mcp: {error}", file=sys.stderr)
        return _exit_code(error)
    except KeyboardInterrupt:
        print("temporec-mcp: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return FAILED


def _parse(arguments: Sequence[str]) -> Options:
    """Read a command line; leaves with exit code 2 and the usage when it cannot be read.

    The sub-commands are built only when there is more than global options.
    """
    options, rest = global_parser().parse_known_args(arguments, namespace=Options())
    if not rest:
        return options
    from temporec_mcp.cli.parser import full_parser

    return full_parser().parse_args(arguments, namespace=Options())


def _accept_every_character() -> None:
    """Let titles be printed that the console's encoding lacks (Windows' often does): escaped, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _exit_code(error: TemporecError) -> int:
    from temporec_mcp.errors import ArgumentsError

    return USAGE if isinstance(error, ArgumentsError) else FAILED


def _silence_stdout() -> None:
    """Keep the interpreter from writing the rest to a reader that is gone, as the Python documentation advises."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
