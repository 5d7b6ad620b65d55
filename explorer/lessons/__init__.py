"""Teaching material: lessons, claims, glossary, literature, and the recorded facts in their texts.

It uses `explorer.training`, `explorer.costs`, and the packages below them.
"""
