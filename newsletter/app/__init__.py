"""The services: each method is one thing a person does. The only place where stages and store meet."""
