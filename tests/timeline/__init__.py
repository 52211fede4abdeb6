"""Tests of temporec_mcp.timeline."""
