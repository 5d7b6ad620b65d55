"""What networks cost: benchmarks in a process of their own, their results, and comparisons.

It uses `explorer.networks` and `explorer.weights`; reading results needs no torch.
"""
