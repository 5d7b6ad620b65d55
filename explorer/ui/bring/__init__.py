"""The page on what a reader can bring: pictures, checkpoints, labels and folders.

Its texts lie in `assets/bring`; it uses no other room.
"""
