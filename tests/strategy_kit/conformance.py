"""The promises of a strategy, one test each."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from app.passport import AuthenticationFailed, Forbidden, Redirect, Success
from app.passport.csrf import CSRF_INVALID, CSRF_MISSING
from tests.strategy_kit import hostile
from tests.strategy_kit.case import Example, StrategyCase, each, made
from tests.strategy_kit.mounted import EVERYONE, Answer, Mounted, Outcome
from tests.strategy_kit.once import check_once
from tests.strategy_kit.threads import changes, in_threads, state_of
from tests.strategy_kit.timing import told_apart
from tests.strategy_kit.traces import SHORTEST, Traces, everything_logged
from tests.strategy_kit.words import is_refused, raise_instead, told

VOLATILE_HEADERS = {"date", "x-request-id", "content-length"}


class StrategyConformance:
    """Inherit from it in a class whose name begins with ``Test``, and override ``case``."""

    @pytest.fixture
    def case(self) -> StrategyCase:
        raise NotImplementedError("override the fixture `case`: it returns a StrategyCase with your strategy")

    def test_good_credentials_are_recognised(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        assert case.good, "give at least one good example"
        for given in case.good:
            good = made(given)
            outcome = mounted.ask(good)
            assert isinstance(outcome, Success), f"{good.name}: {told(outcome)}. Return Success(user, self.name)."
            assert outcome.strategy == case.strategy.name, (
                f"{good.name}: Success names the strategy {outcome.strategy!r}. Pass self.name."
            )
            who = case.who(outcome.user)
            assert good.user is None or who == good.user, f"{good.name}: it is {who!r}, and should be {good.user!r}"
            answer = mounted.answer("alone", made(given))
            assert (answer.status, answer.by) == (200, outcome.strategy), (
                f"{good.name}: a view behind passport.authenticate answers {answer.status}"
            )

    def test_bad_credentials_stop_the_request(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        assert case.bad, "give at least one bad example: the tests that matter need it"
        for bad in each(case.bad):
            outcome = mounted.ask(bad)
            assert outcome is not None, (
                f"{bad.name}: it returns None, so the next strategy is asked. Raise AuthenticationFailed for what is "
                "of your kind and not good."
            )
            assert isinstance(outcome, case.refusals), f"{bad.name}: {told(outcome)}. {raise_instead(case)}"

    def test_every_refusal_is_declared(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        codes = {refusal.code for refusal in (*case.strategy.refusals, CSRF_MISSING, CSRF_INVALID)}
        for bad in each(case.bad):
            outcome = mounted.ask(bad)
            assert not isinstance(outcome, AuthenticationFailed | Forbidden) or outcome.code in codes, (
                f"{bad.name}: {outcome.code} is not in its `refusals`, which the documents are made of."
            )

    def test_a_changed_credential_is_never_good(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        assert any(good.secrets for good in each(case.good)), "name the secrets of the good examples"
        for given in case.good:
            for mutant in hostile.mutants(given):
                outcome = mounted.ask(mutant)
                assert is_refused(case, outcome), f"{mutant.name}: {told(outcome)}. {raise_instead(case)}"

    def test_odd_input_is_no_error_of_ours(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        for odd in hostile.oddities(case):
            outcome = mounted.ask(odd)
            assert is_refused(case, outcome), f"{odd.name}: {told(outcome)}. {raise_instead(case)}"

    def test_absent_credentials_are_left_to_others(self, case: StrategyCase) -> None:
        self._are_left_to_others(case, each(case.absent))

    def test_alien_credentials_are_left_to_others(self, case: StrategyCase) -> None:
        self._are_left_to_others(case, [*each(case.alien), *hostile.strangers(case)])

    def _are_left_to_others(self, case: StrategyCase, examples: Iterable[Example]) -> None:
        mounted = Mounted(case)
        for other in examples:
            outcome, answer = mounted.ask(other), mounted.answer("before_everyone", other)
            if case.otherwise == "nothing":
                assert outcome is None, f"{other.name}: {told(outcome)}. Return None for what is not of your kind."
                assert answer.by == EVERYONE, f"{other.name}: {answer.status}, and the next strategy was not asked"
            elif case.otherwise == "redirect":
                assert isinstance(outcome, Redirect), f"{other.name}: {told(outcome)}. Return Redirect(location)."
                assert answer.status == 302, f"{other.name}: {answer.status} instead of a redirect"
            else:
                assert isinstance(outcome, case.refusals), f"{other.name}: {told(outcome)}. {raise_instead(case)}"
                assert 400 <= answer.status < 500, f"{other.name}: {answer.status} instead of a refusal"

    def test_a_cookie_alone_changes_nothing(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        for forged in hostile.forged(case):
            outcome = mounted.ask(forged)
            assert isinstance(outcome, case.refusals), (
                f"{forged.name}: {told(outcome)}. Any page can make a browser send its cookies: "
                "call check_csrf on unsafe methods."
            )

    def test_it_does_not_fall_through(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        for given in case.bad:
            bad = made(given)
            refused = mounted.ask(bad)
            fell = mounted.answer("before_everyone", made(given))
            assert fell.by is None, f"{bad.name}: the next strategy was asked, and let the request in"
            fits = {401} if isinstance(refused, AuthenticationFailed) else {403}
            if not isinstance(refused, AuthenticationFailed | Forbidden):
                fits = set(range(400, 500))
            assert fell.status in fits, f"{bad.name}: {fell.status} for {told(refused)}"
            optional = mounted.answer("optional", made(given))
            expected = 200 if isinstance(refused, AuthenticationFailed) else fell.status
            assert (optional.status, optional.by) == (expected, None), (
                f"{bad.name}: under optional=True {optional.status}, by {optional.by}"
            )

    def test_an_outage_is_not_taken_for_nobody(self, case: StrategyCase) -> None:
        assert case.broken is not None, (
            "give the case `broken`: the same strategy with what it depends on out of order, so that it raises"
        )
        mounted = Mounted(case)
        for given in case.good:
            good = made(given)
            outcome = mounted.ask(good, case.broken)
            assert isinstance(outcome, Exception), f"{good.name}, broken: {told(outcome)}. Let the error through."
            assert not isinstance(outcome, AuthenticationFailed | Forbidden), (
                f"{good.name}, broken: {told(outcome)}. An outage is no bad credential: let the error through."
            )
            for guard in ("broken", "broken_optional"):
                status = mounted.answer(guard, made(given)).status
                assert status >= 500, f"{good.name}, broken: {status}, and should be 500 or more"

    def test_nothing_secret_in_errors_or_logs(self, case: StrategyCase, capfd: pytest.CaptureFixture[str]) -> None:
        mounted, traces = Mounted(case), Traces()
        direct = [*each(case.good), *each(case.bad), *hostile.mutants(case.good[0])]
        guarded = [*each(case.good), *each(case.bad)]
        secrets = {secret for example in (*direct, *guarded) for secret in example.secrets}
        assert secrets, "name the secrets of the examples"
        traces.add("repr(strategy)", case.strategy)
        capfd.readouterr()
        with everything_logged(traces):
            for example in direct:
                traces.add_outcome(example.name, mounted.ask(example))
            for example in guarded:
                traces.add_answer(f"{example.name}: the answer", mounted.answer("alone", example))
        traces.add("what was printed", *capfd.readouterr())
        secrets |= set(case.secrets)
        for secret in secrets:
            assert len(secret) >= SHORTEST, "a secret of under 6 characters is found everywhere: take longer ones"
        leaks = traces.leaks(secrets)
        assert not leaks, f"a secret stands in {leaks}. Leave it out of messages, proofs and logs."

    def test_it_holds_under_threads(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        givens = (*case.good, *case.bad)
        expected = [self._gist(case, mounted.ask(made(given))) for given in givens]
        before = state_of(case.strategy)

        def work(number: int) -> list[str]:
            wrong = []
            for turn in range(case.rounds * len(givens)):
                which = (number + turn) % len(givens)
                example = made(givens[which])
                gist = self._gist(case, mounted.ask(example))
                if gist != expected[which]:
                    wrong.append(f"{example.name}: {gist}, and alone it is {expected[which]}")
            return wrong

        wrong = [one for found in in_threads(case.threads, work) for one in found]
        assert not wrong, f"among threads, {len(wrong)} outcomes belong to another request, such as {wrong[0]}"
        if case.once:
            check_once(case, mounted)
        changed = changes(before, state_of(case.strategy))
        assert not changed, (
            f"requests have changed {changed} on the strategy, which all threads share. Keep what belongs to a request "
            "in local variables, and a cache in an object of its own with a lock."
        )

    @staticmethod
    def _gist(case: StrategyCase, outcome: Outcome) -> tuple[object, ...]:
        """An outcome, as far as it says whose it is."""
        if isinstance(outcome, Success):
            return ("Success", case.who(outcome.user))
        return (type(outcome).__name__, getattr(outcome, "code", None))

    def test_failures_that_must_look_alike_do(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        for group in case.alike:
            names = [made(given).name for given in group]
            errors = [mounted.ask(made(given)) for given in group]
            for name, error in zip(names, errors, strict=True):
                assert isinstance(error, case.refusals), f"{name}: {told(error)}. {raise_instead(case)}"
            said = {(type(error), str(vars(error) if isinstance(error, Exception) else "")) for error in errors}
            assert len(said) == 1, f"{names} are told apart by their errors: {errors}"
            seen = {_seen(mounted.answer("alone", made(given))) for given in group}
            assert len(seen) == 1, f"{names} are told apart by what is answered: {seen}"

    def test_failure_times_do_not_tell(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        for first, *others in case.alike:
            for other in others:
                areas = told_apart(lambda example: mounted.answer("alone", example), first, other, case.samples)
                assert not areas, (
                    f"{made(first).name} and {made(other).name} take different times: in {len(areas)} measurements the "
                    f"first was the faster one with a chance of {', '.join(f'{area:.2f}' for area in areas)}. Do the "
                    "same work for both: look up, hash and compare also where it is already clear that it is in vain."
                )

    def test_it_opens_no_session_by_itself(self, case: StrategyCase) -> None:
        mounted = Mounted(case)
        examples = [made(given) for given in (*case.good, *case.bad)]
        before = mounted.rows()
        for example in examples:
            mounted.ask(example)
            after = mounted.rows()
            changed = sorted(t for t in after if after[t] != before.get(t) and t not in case.keeps)
            assert not changed, (
                f"{example.name}: rows came or went in {changed}. A strategy only recognises; accounts.sign_in opens "
                "sessions. Tables in which it keeps what was used are named in `keeps`."
            )
        for example in (*each(case.good), *each(case.bad)):
            answer = mounted.answer("alone", example)
            assert not answer.sets_cookie, f"{example.name}: it sets a cookie. A strategy only recognises."


def _seen(answer: Answer) -> tuple[object, ...]:
    """What a caller sees of an answer, without what differs at each."""
    headers = sorted((n, v) for n, v in answer.headers if n.lower() not in VOLATILE_HEADERS)
    request_id = next((v for n, v in answer.headers if n.lower() == "x-request-id"), "")
    return answer.status, answer.body.replace(request_id.encode(), b"") if request_id else answer.body, str(headers)
