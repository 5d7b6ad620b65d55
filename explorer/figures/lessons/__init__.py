"""Drawings of the lessons: bars, the family of networks, worksheets, pictures of terms.

It draws what `explorer.lessons` tells.
"""
