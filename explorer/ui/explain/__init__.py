"""Page parts on explanations: the map, the prediction, methods, many photos.

It shows the results of `explorer.explain`.
"""
