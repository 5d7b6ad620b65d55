"""Finer maps against outlines that people drew: what they cost, and whether they are better."""
