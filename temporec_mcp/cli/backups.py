"""backup and restore: safety copies of the home's database."""

from pathlib import Path

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import Answer, answer, chosen_home, chosen_settings, show, tell, utc_now


def backup(options: Options) -> int:
    """Make a safety copy, also while clients work."""
    return answer(options, "back_up", options.given("path"))


def restore(options: Options) -> int:
    """Put a safety copy back; the owner of the home leaves for it, and comes again with the next request."""
    from temporec_mcp.app.restoring import restore_home
    from temporec_mcp.relay.calling import stop_owner

    if stop_owner(str(chosen_home(options))) is not None:
        tell("The process that owned this home has left for the time of the restoring.")
    typed = options.text("path")
    restored = restore_home(chosen_settings(options), None if typed is None else Path(typed), utc_now())
    kept = f" What was there before lies in {restored.replaced}." if restored.replaced else ""
    summary = f"{restored.source} is back in place, with {restored.event_count:,} events.{kept}"
    fields: dict[str, object] = {"summary": summary, "source": str(restored.source), "events": restored.event_count}
    if restored.replaced:
        fields["replaced"] = str(restored.replaced)
    return show(options, Answer(fields, summary))
