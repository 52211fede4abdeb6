"""Tests of temporec_mcp.relay."""
