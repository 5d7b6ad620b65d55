"""Page parts for teaching: lesson cards, claims, glossary, ResNet's family, the teacher's page.

They show the content of `explorer.lessons` with the page parts of the packages below.
"""
