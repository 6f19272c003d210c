"""The command line: parse, call one service method, print. One file a noun."""


def main() -> None:
    """Run the `newsletter` command."""
