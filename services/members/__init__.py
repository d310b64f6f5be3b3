"""members knows the places, people, organisations and women's groups, and who may do what.

It can be asked who somebody is, how to reach her, who covers a building, and for a token to sign in with.
It announces places, groups, leaders, memberships, coverage, grants and ended sessions: ids and public names only.
"""
