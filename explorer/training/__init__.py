"""Training and evaluation: the training engine, calibration, twins and gradients.

Uses `explorer.networks`, `explorer.photos`, `explorer.weights` and `explorer.blocks`.
"""
