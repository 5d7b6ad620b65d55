"""What a taught network is and how good it is, drawn and written down.

It draws results of `explorer.transfer`.
"""
