"""From a question to an Answer: search, read, quote, judge."""
