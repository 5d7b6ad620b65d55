"""Networks: the catalogue of variants, a model as a chain of blocks, devices, facts about weights.

It uses torch, torchvision and `explorer.photos`; `explorer.weights` loads the weights.
"""
