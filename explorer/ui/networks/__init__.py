"""Page parts that choose a network: which one, on which device, what is missing, one's own.

It loads what `explorer.weights` offers.
"""
