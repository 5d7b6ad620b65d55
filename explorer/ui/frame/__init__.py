"""The frame of every page: layout, style, link, errors, turns to compute, presence.

It knows no room above it.
"""
