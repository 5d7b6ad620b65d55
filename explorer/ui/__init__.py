"""The app's widgets, caches and page frame, without any numerical code.

No module here imports torch at import time, so that a page is painted before torch is there.
`explorer.ui.frame.torch_runtime` imports it; functions called after that import what they need.
"""
