"""`python -m bot` does what `huying` does."""

from bot.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
