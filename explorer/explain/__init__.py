"""Explanations: one pass of a photo, attribution at blocks and pixels, evidence in words, exports.

It uses Captum, `explorer.networks` and `explorer.photos`.
"""
