"""One module per tool: a plain function in, a reply model out. No MCP, no SQL."""
