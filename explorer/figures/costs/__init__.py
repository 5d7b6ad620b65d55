"""Charts that compare the costs and accuracies of networks.

They are descriptions; `explorer.figures` draws them with plotly or matplotlib.
"""
