#!/bin/sh
# Prints Redis' access list. Each service writes its own streams, reads those of the services it listens to, and has
# no command beyond the six of the carrier; `ping` keeps a connection alive. Passwords come from the environment.
set -eu

hash() { printf '%s' "$(printenv "$1")" | sha256sum | cut -d ' ' -f 1; }

user() {
  name=$1 password=$2
  shift 2
  echo "user $name on resetchannels -@all +ping +xadd +xread +xinfo|stream +xtrim +del +expire #$(hash "$password") $*"
}

echo "user default off resetchannels -@all"
echo "user health on nopass resetchannels -@all +ping"
user members MEMBERS_REDIS_PASSWORD '~feed:members:*' '%R~feed:tickets:*'
user tickets TICKETS_REDIS_PASSWORD '~feed:tickets:*' '%R~feed:members:*' '%R~feed:notify:*'
user funds FUNDS_REDIS_PASSWORD '~feed:funds:*' '%R~feed:members:*' '%R~feed:tickets:*'
user notify NOTIFY_REDIS_PASSWORD '~feed:notify:*' '%R~feed:members:*' '%R~feed:tickets:*' '%R~feed:funds:*'
user console CONSOLE_REDIS_PASSWORD '%R~feed:members:*' '%R~feed:tickets:*' '%R~feed:funds:*' '%R~feed:notify:*'
