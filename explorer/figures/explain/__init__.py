"""Heatmaps over photos, contact sheets, reports and slides.

It draws the results of `explorer.explain`.
"""
