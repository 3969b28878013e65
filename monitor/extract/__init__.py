"""Bytes -> Document; `document.py` is the entry."""

EXTRACTOR_VERSION = "3"
"""Moves whenever the same bytes may read differently; a version made by another one is a technical upgrade."""
