"""What a network sees in many photos: pooled features, cells and peaks, once per photo and network.

It uses `explorer.networks` and `explorer.photos`.
"""
