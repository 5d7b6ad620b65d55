"""The duel: networks side by side on one photo and on several, with what each of them costs.

It shows `explorer.explain.duel`.
"""
