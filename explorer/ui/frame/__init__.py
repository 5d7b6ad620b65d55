"""The frame of every page: layout, style, link, errors, turns to compute.

It imports nothing from the other packages of `explorer.ui`.
"""
