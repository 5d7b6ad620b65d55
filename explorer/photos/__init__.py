"""Photos: safe reading, framing for a network, samples, and folders of classes.

It uses Pillow, numpy and, for tensors, torch, but no other package of `explorer`.
"""
