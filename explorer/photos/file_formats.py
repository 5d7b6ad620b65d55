"""Which files are photos: the endings of those that open, and what another file is by its content.

One list of endings serves the app, the training and the commands. It needs no Pillow, so that the
first page can offer an uploader at once.
"""

from __future__ import annotations

ENDINGS = (  # of the formats that are read; ".jfif" is what browsers on Windows call a JPEG
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif"),
    *(".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif", ".hif"),
)
