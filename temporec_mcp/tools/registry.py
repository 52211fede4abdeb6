"""All tools, in the order in which they are listed."""

from temporec_mcp.tools import (
    explain,
    forget,
    import_history,
    log_behavior,
    recommend,
    timeline,
    training,
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
        forget.TOOL,
    )
}
