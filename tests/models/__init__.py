"""Tests of temporec_mcp.models."""
