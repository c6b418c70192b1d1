"""Text of an article on its way to the engines: boilerplate, normalising, tokens."""
