"""The photos of a session, and the controls to upload them.

They are decoded by `explorer.photos`.
"""
