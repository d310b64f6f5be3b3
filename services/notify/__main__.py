"""`python -m services.notify api | worker | migrate | describe`."""

from chassis.service import main
from services.notify.app import build

main(build)
