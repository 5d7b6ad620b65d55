"""The app's widgets, caches and page frame: no maths.

Nothing here imports torch when it is imported itself: the page paints before torch is there.
`explorer.ui.runtime` brings it in; functions that are called after that import what they need.
"""
