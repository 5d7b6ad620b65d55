"""Photos: opened safely, framed for a network, from samples and from folders of classes.

It uses Pillow and numpy, and no other room.
"""
