"""docs/deploy.md, from a clean clone to two instances behind nginx on a replicated PostgreSQL, and what then happens to
people who are at work.

One installation takes a while to make, and each step leaves it as the next one finds it: so it is one test.
"""

from __future__ import annotations

import sys
import time

import pytest

from tests.deploy import interruptions, together
from tests.deploy.installation import installed

STEPS = (
    *(together.runs_as_the_page_says, together.instances_may_read_and_write_rows_and_do_nothing_else),
    *(
        together.what_speaks_old_tls_or_none_gets_nothing,
        together.nginx_answers_in_json,
        together.numbers_are_for_whoever_comes_by_the_door_with_the_token,
        together.the_doctor_gets_through_to_itself_and_nobody_else_does,
        together.a_certificate_that_is_renewed_is_the_one_that_is_shown,
        together.a_sign_in_is_one_on_both,
    ),
    *(together.limits_are_one_on_both, together.slow_clients_hold_nobody_up),
    *(interruptions.a_release, interruptions.an_instance_that_stops),
    *(interruptions.workers_and_masters_that_are_killed, interruptions.a_standby_that_is_lost),
    *(interruptions.a_primary_that_is_lost, interruptions.a_database_that_stops_and_starts),
    *(interruptions.a_backup_and_its_restore, together.a_path_that_nginx_takes_away),
)


@pytest.mark.needs("posts")
def test_the_page_is_followed_and_nothing_that_was_answered_is_lost() -> None:
    with installed() as installation:
        for step in STEPS:
            began = time.monotonic()
            step(installation)
            sys.stdout.write(f"\n{step.__name__}: {time.monotonic() - began:.1f} s\n")
