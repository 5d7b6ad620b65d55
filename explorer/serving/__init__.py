"""The server: who may come in, how many at once, what is logged, what is cleaned up.

It uses Streamlit and Starlette, and no torch.
"""
