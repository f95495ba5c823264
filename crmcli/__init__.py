"""crm: a terminal-first contact and interaction tracker for people who sell for a living."""

__version__ = "0.1.0"
