"""Charts of training: how networks learn, and how gradients flow.

It draws the results of `explorer.training`.
"""
