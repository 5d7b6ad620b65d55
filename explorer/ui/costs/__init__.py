"""Page parts on what networks cost: run a benchmark, choose one, chart, table, advisor.

It shows the results of `explorer.costs`.
"""
