"""`python -m services.tickets api | worker | migrate | describe`."""

from chassis.service import main
from services.tickets.app import build

if __name__ == "__main__":
    main(build)
