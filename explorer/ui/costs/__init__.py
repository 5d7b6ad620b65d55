"""Page parts on what networks cost: start and choose a run, charts, table, budget advisor.

They show the results of `explorer.costs`.
"""
