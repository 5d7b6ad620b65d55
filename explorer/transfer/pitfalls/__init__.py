"""Ways to fool oneself when teaching a network, each to be seen with and without."""
