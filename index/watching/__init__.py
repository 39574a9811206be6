"""Sources kept in step by themselves: which ones, when each is looked at next, and the looking."""
