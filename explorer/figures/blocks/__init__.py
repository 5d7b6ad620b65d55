"""Pictures of the activations of blocks.

It draws the results of `explorer.blocks`.
"""
