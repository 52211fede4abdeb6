"""The only package that knows MCP: tools, resources, prompts and completion over stdio and HTTP."""
