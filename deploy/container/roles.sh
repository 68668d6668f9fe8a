#!/bin/sh
# Run once by the database's image, when the volume is new.
set -eu
psql --username=postgres --set=ON_ERROR_STOP=1 --set=app="$APP_PASSWORD" --set=owner="$OWNER_PASSWORD" \
    --set=replica="$(head -c 32 /dev/urandom | base64)" --file=/flaskport/roles.sql
