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
TERM = declare(Choice("term", "", re.compile(r"[a-z0-9-]{1,40}").fullmatch))
