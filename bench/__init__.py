"""The benchmark: a business of any size, the project built on it, and what others need for it."""
