import importlib.metadata
import sys

import click


@click.command()
@click.version_option(importlib.metadata.version("wordcount"))
@click.argument("text", nargs=-1)
def main(text: tuple[str, ...]) -> None:
    """Counts the words of TEXT, or of standard input."""
    words = text or sys.stdin.read().split()
    click.echo(len(words))
