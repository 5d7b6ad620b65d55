"""Explanations: forward passes, attribution to blocks and pixels, evidence in words, exports.

It uses Captum, `explorer.networks` and `explorer.photos`.
"""
