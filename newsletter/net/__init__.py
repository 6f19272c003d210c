"""The only way out besides SMTP."""
