"""Imported by the reader's fork server, once: loads every table and model, so that each child starts with them."""

from monitor.extract.document import extract

_SENTENCE = "This page says which personal information is collected, how it is used and with whom it is shared. "
extract(f"<h1>Privacy Policy</h1><p>{_SENTENCE * 5}</p><p>Last updated: 1 March 2026</p>".encode())
