"""Articles in, picks and summaries out: which articles go into an issue, why, and what is said of each. All pure."""
