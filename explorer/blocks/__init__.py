"""Residual blocks on one photo: activations, shortcut and branch, lesions, receptive fields.

It also hides regions of the input. It uses `explorer.explain` and the packages below it.
"""
