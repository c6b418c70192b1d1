"""The numbers of an audit, a module a section."""
