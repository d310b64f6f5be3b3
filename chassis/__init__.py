"""What every service rides on: feed, transaction, timers, web, identity. It knows no business.

Read in this order: `transaction`, `feed`, `reader`, `timers`, `auth`, `web`, `service`.
"""
