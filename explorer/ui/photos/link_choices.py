"""The choice of the photo: a sample, which a link keeps, or an upload, which it does not."""

from __future__ import annotations

from explorer.photos.samples import FIRST, SAMPLES
from explorer.ui.frame.link_state import Choice, PrivateChoice, always, declare

SAMPLE = declare(Choice("sample", FIRST, SAMPLES.__contains__))
UPLOAD = declare(PrivateChoice("upload", SAMPLE, parameter="photo", stand_in="own"))  # its id
NEW_PHOTO = {SAMPLE: always, UPLOAD: always}  # what a choice about the photo depends on
