"""Weights from every source: built-in, published, untrained, or a reader's own file, opened safely.

It uses `explorer.networks` and `explorer.photos`.
"""
