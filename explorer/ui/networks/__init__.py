"""Page parts to choose a network: variant, weights source, device, download, own checkpoint.

They load networks with `explorer.weights`.
"""
