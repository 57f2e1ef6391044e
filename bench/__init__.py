"""What is measured, and what was tuned, on data that is given by a path and never shipped."""
