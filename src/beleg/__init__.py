"""Beleg: no claim without a source, no payment without a receipt."""
