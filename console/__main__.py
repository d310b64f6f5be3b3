"""`python -m console web | worker | migrate`."""

from chassis.service import main
from console.app import build

main(build)
