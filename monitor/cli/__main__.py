"""`python -m monitor.cli` is `smallprint`."""

from monitor.cli.app import main

if __name__ == "__main__":
    main()
