"""Page parts on training: gradients, degradation, a live run.

It shows the results of `explorer.training`.
"""
