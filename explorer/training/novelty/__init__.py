"""The detector of photos that are like nothing a built-in network learned: chosen and measured."""
