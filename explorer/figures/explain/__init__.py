"""Heatmaps over photos, contact sheets, and the report and slide that carry them.

It draws the results of `explorer.explain`.
"""
