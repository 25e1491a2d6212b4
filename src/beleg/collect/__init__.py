"""Collect: what engines answered and what publishers published, read into records."""
