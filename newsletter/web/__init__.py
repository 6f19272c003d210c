"""Web pages: `studio` for the editor (loopback only), `public` for subscribers. Starlette stands nowhere else."""
