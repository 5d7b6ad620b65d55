"""Page parts on training: gradients, degradation, a live training.

They show the results of `explorer.training`.
"""
