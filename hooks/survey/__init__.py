"""The survey itself: its data, the checks on it, and its renderings as Markdown.

Nothing here knows which site generator or which converter is running; see the adapters one folder up.
"""
