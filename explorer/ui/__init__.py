"""The app's widgets, caches and page frame: no maths.

Nothing here imports torch when it is imported itself: the page paints before torch is there.
`explorer.ui.frame.torch_runtime` brings it in; what is called after that imports what it needs.
"""
