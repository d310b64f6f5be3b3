"""`python -m services.members api | worker | migrate | describe`."""

from chassis.service import main
from services.members.app import build

main(build)
