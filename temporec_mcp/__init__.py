"""Recommendations from behaviour history that can be questioned, served over MCP."""

__version__ = "0.1.0"
