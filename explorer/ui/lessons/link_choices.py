"""The choices of the pages for learning that a link keeps."""

from __future__ import annotations

import re

from explorer.lessons import lessons
from explorer.lessons.claims import Verdict
from explorer.lessons.family_tree import OTHERS
from explorer.ui.frame.link_state import YES, Choice, declare

LESSON = declare(Choice("lesson", lessons.ORDER[0], lessons.ORDER.__contains__))
CARD = declare(Choice("card", "", re.compile(r"[a-z-]{1,40}").fullmatch))
PRESENT = declare(Choice("present", "", (YES,).__contains__))
VERDICT = declare(Choice("verdict", "", tuple(Verdict).__contains__))
GUESS = declare(Choice("guess", "", (YES,).__contains__))
MEMBER = declare(Choice("member", OTHERS[0], OTHERS.__contains__))  # of ResNet's family
_WAYS = ("nearest_mean", "untrained", "last_stage", "all", "scratch")
AGAINST = declare(Choice("against", _WAYS[0], _WAYS.__contains__))  # the way beside the probe
PER_CLASS = declare(Choice("per_class", "1", ("1", "2", "4", "8", "12").__contains__))  # photos
AUGMENTATION = declare(Choice("augmentation", "none", ("none", "hues").__contains__))
TERM = declare(Choice("term", "", re.compile(r"[a-z0-9-]{1,40}").fullmatch))
