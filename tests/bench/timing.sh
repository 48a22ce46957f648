#!/bin/bash
# timing.sh - what the time of an answer tells about an account, and what
# signing in and checking a session cost.
#
# usage: tests/bench/timing.sh      (its own database, directory and pools)
# Environment: TRIES (150) of each kind, LOGIN_S (6), LOGIN_ROUNDS (3), CHECKS (3000).
#
# Lines of JSON:
# timing_sign_in  unknown mail, wrong password, locked account in turn: ratio =
#                 the largest |z| of the Mann-Whitney tests of the three pairs
#                 (below 3.3: noise), median = ms of a wrong password
# timing_forgot   a known mail against an unknown one, likewise
# logins          sign-ins a second of four workers, argon2 at the configured cost:
#                 median of LOGIN_ROUNDS, p99 = ms of a wrong password alone,
#                 ratio = to four loops of a bare ldapsearch that binds as the
#                 same people in the same directory; rounds in turn
# session_check   median = µs that the check adds to a request, ratio = time of
#                 a request with a check to one without
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
exec perl -Itests/integration/lib tests/bench/timing.pl
