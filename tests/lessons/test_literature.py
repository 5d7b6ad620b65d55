"""Tests of explorer/lessons/literature.py."""

from __future__ import annotations

import re

from explorer.lessons.literature import works


def test_every_work_has_a_title_authors_a_year_and_a_place() -> None:
    for key, work in works().items():
        assert all((work.short, work.authors, work.title, work.where)), key
        assert re.fullmatch(r"(19|20)\d\d|undated", work.year), key
        assert work.line.endswith("."), key


def test_a_line_names_authors_year_title_and_place() -> None:
    assert works()["he2015"].line == (
        "Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun (2015): Deep Residual Learning for "
        "Image Recognition. arXiv:1512.03385; CVPR 2016."
    )


def test_two_works_are_never_named_alike() -> None:
    names = [work.short for work in works().values()]
    assert len(set(names)) == len(names)
