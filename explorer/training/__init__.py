"""Training and evaluation: the one engine, calibration, plain and residual twins, gradients.

It uses `explorer.networks`, `explorer.photos`, `explorer.weights` and `explorer.blocks`.
"""
