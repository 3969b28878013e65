"""A home in one file, and a home out of it: `making.py` and `restoring.py` are the entries."""
