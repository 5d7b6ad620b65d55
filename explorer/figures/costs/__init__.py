"""Charts that compare what networks cost and reach.

They describe what is drawn; `explorer.figures` draws them with plotly or matplotlib.
"""
