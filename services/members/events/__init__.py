"""What members announces: ids, codes, states, times, counts, and the public names of places and groups."""

from services.members.events.groups import (
    CoverageChanged,
    GroupLeaderChanged,
    MembershipChanged,
    OrganizationChanged,
    TaskForceFormed,
)
from services.members.events.households import HouseholdsCounted
from services.members.events.identity import GrantEnded, GrantGiven, SessionEnded, SignInCodeRequested, SignInCodeUsed
from services.members.events.places import AreaChanged

EVENTS = (
    AreaChanged,
    OrganizationChanged,
    GroupLeaderChanged,
    MembershipChanged,
    CoverageChanged,
    TaskForceFormed,
    GrantGiven,
    GrantEnded,
    SessionEnded,
    SignInCodeRequested,
    SignInCodeUsed,
    HouseholdsCounted,
)
