"""stop: asks the home's owner to finish and leave."""

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import Answer, chosen_home, show, tell
from temporec_mcp.relay.calling import stop_owner


def stop(options: Options) -> int:
    """End the owner; a client that is still open starts another one with its next request."""
    home = chosen_home(options)
    pid = stop_owner(str(home))
    summary = f"No process owns {home}." if pid is None else f"The owner of {home} (pid {pid}) has left."
    if options.is_json:
        fields: dict[str, object] = {"summary": summary}
        if pid is not None:
            fields["pid"] = pid
        return show(options, Answer(fields, summary))
    tell(summary)
    return 0
