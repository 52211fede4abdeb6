"""Tests of temporec_mcp.owner, through real processes."""
