"""The set that all of members' tables stand in."""

from sqlalchemy import MetaData

metadata = MetaData()
