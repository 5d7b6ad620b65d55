"""Charts of training: learning curves and gradient norms.

It draws the results of `explorer.training`.
"""
