"""What a reader's file holds: networks, heads and facts by their structure, or something else.

It opens nothing and knows no weights source; `explorer.weights.checkpoints` puts all together.
"""
