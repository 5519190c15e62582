"""Converters of our own: exact where the usual ones round, and for what they don't take."""
