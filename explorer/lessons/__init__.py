"""What is taught: lessons, claims, glossary, literature, and the recorded facts in their texts.

It uses the records of all other rooms.
"""
