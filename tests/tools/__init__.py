"""Tests of temporec_mcp.tools."""
