"""Pictures of timelines and reasons: the report and the pages that MCP hosts show."""
