"""Prove: statements that anyone can recompute, and the check that shares no line with them."""
