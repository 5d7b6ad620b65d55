"""The cost of networks: benchmarks in a separate process, their results, and comparisons.

Uses `explorer.networks` and `explorer.weights`; reading results needs no torch.
"""
