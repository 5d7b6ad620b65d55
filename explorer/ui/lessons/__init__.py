"""Page parts of what is taught: lesson cards, claims, glossary, the family, the teacher's page.

It shows what `explorer.lessons` tells, with the page parts of all other rooms.
"""
