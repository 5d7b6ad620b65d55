"""What a network is: the catalogue, a model as a chain of blocks, its device, its weights.

It uses torch, torchvision and `explorer.photos`; loading weights is up to `explorer.weights`.
"""
