"""Attacks on the split, from invented texts to the last digit: who gains by them, who loses."""
