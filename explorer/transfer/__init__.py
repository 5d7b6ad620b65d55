"""Transfer learning: labelled photos, an honest split, heads on features, and how good they are.

It uses `explorer.features`, `explorer.training` and what stands below them.
"""
