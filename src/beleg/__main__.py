"""``python -m beleg`` is the command line."""

from beleg.cli import main

main(prog_name="beleg")
