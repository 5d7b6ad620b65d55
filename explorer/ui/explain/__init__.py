"""Page parts on explanations: the map, the prediction, methods, many photos, the depth duel.

It shows the results of `explorer.explain`.
"""
