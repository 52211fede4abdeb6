"""The only code that knows MCP."""
