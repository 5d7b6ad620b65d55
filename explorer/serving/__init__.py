"""The server: admission of visitors, logging of analyses, cleanup of sessions.

Uses Streamlit and Starlette, but not torch.
"""
