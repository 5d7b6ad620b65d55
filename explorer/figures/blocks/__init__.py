"""Pictures of what blocks compute.

It draws the results of `explorer.blocks`.
"""
