"""All tools, in the order in which they are listed."""

from temporec_mcp.tools import (
    edit_events,
    explain,
    forget,
    import_history,
    list_events,
    log_behavior,
    recommend,
    timeline,
    training,
    undo_import,
    what_if,
)
from temporec_mcp.tools.base import Tool

TOOLS: dict[str, Tool] = {
    tool.about.name: tool
    for tool in (
        log_behavior.TOOL,
        import_history.TOOL,
        timeline.TOOL,
        *training.TOOLS,
        recommend.TOOL,
        explain.TOOL,
        what_if.TOOL,
        list_events.TOOL,
        edit_events.TOOL,
        undo_import.TOOL,
        forget.TOOL,
    )
}
