#!/bin/sh
# Tells a watching service of each run: `PING_URL=https://… pinged.sh newsdedup run …`
#
# Such services (healthchecks.io and its kin) raise an alarm where no ping comes in time, which no alert on this
# machine can.  The URL is a secret: it comes by the environment, and neither ps nor the log shows it.
: "${PING_URL:?set it to the address that the watching service gave you}"

ping() {
    # By a file of options on standard input, which other users cannot see; a watcher that is down stops no run.
    printf 'url = "%s%s"\n' "$PING_URL" "$1" |
        curl --fail --silent --max-time 10 --retry 3 --output /dev/null --config - || true
}

ping /start
"$@"
code=$?
case $code in
    75) ;;  # the run before is still at work, and pings when it is done
    3) ping /0 ;;
    *) ping "/$code" ;;
esac
exit $code
