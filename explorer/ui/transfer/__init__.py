"""The page Teach: the reader's classes, ways to teach them, and what came of it.

It uses `explorer.transfer`.
"""
