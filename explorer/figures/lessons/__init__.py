"""Drawings for the lessons: bars, the family of networks, worksheets, pictures of terms.

It draws the content of `explorer.lessons`.
"""
