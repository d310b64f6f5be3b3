"""All tables of members."""

from services.members.store.groups import tables as groups
from services.members.store.identity import tables as identity
from services.members.store.metadata import metadata
from services.members.store.people import tables as people
from services.members.store.places import tables as places

__all__ = ["groups", "identity", "metadata", "people", "places"]
