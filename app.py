"""Start Pullquote: `python app.py` indexes the sample articles on its first start and opens the chat."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", "--samples", *sys.argv[1:]]))
