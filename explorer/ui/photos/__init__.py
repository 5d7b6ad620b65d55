"""The photos of a session, and how they come in.

It keeps what `explorer.photos` reads.
"""
