"""Events and stories: vectors, join, linkage, identity, labels."""
