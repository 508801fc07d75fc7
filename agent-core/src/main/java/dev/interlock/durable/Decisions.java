package dev.interlock.durable;

import dev.interlock.call.CallResult;
import dev.interlock.call.CallResult.ThreadKind;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.SuspendedCall.Asked;
import dev.interlock.durable.SuspendedCall.Ended;
import dev.interlock.durable.SuspendedCall.Pending;
import dev.interlock.durable.SuspendedCall.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Applies decisions to a suspended round. If any decision does not fit, it applies none. */
final class Decisions {

    private final List<SuspendedCall> calls;
    private final Instant now;

    private Decisions(List<SuspendedCall> calls, Instant now) {
        this.calls = new ArrayList<>(calls);
        this.now = now;
    }

    static List<SuspendedCall> decide(List<SuspendedCall> calls, Map<?, ? extends Decision> decisions, Instant now) {
        Decisions deciding = new Decisions(calls, now);
        Map<Integer, Decision> byPlace = new LinkedHashMap<>();
        decisions.forEach((key, decision) -> {
            int place = deciding.place(key);
            deciding.check(place, Objects.requireNonNull(decision, "decision"));
            if (byPlace.put(place, decision) != null) {
                throw new IllegalArgumentException("there are two decisions about call " + (place + 1));
            }
        });
        byPlace.forEach(deciding::decide);
        deciding.follow();
        return deciding.calls;
    }

    private int place(Object key) {
        return switch (key) {
            case Integer place -> place;
            case String id -> placeOf(id);
            default ->
                throw new IllegalArgumentException(
                        "a decision's key must be the call's place (an Integer, from 0) or its id (a String), was "
                                + key.getClass().getName());
        };
    }

    private int placeOf(String id) {
        List<Integer> all = IntStream.range(0, calls.size())
                .filter(place -> id.equals(calls.get(place).call().id()))
                .boxed()
                .toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there is no call with the id '" + id + "'");
        }
        List<Integer> pending = all.stream()
                .filter(place -> calls.get(place) instanceof Pending)
                .toList();
        if (pending.size() > 1) {
            throw new IllegalArgumentException("several pending calls have the id '" + id + "', at places " + pending
                    + ": use their places as keys");
        }
        return pending.isEmpty() ? all.getFirst() : pending.getFirst();
    }

    private void check(int place, Decision decision) {
        if (place < 0 || place >= calls.size()) {
            throw new IllegalArgumentException(
                    "there is no call at place " + place + "; the round has " + calls.size() + " calls, from place 0");
        }
        SuspendedCall call = calls.get(place);
        String which = "call " + (place + 1) + " ('" + call.call().tool() + "') ";
        switch (call) {
            case Ended ended ->
                throw new IllegalArgumentException(which + "is not pending, it has ended: "
                        + ended.result().outcome().message());
            case Waiting waiting ->
                throw new IllegalArgumentException(which + "is not pending, it " + waiting.reason());
            case Pending pending -> {
                if (!pending.kind().allows(decision)) {
                    throw new IllegalArgumentException(
                            which + "waits for " + pending.kind() + ", so it cannot be decided by "
                                    + decision.getClass().getSimpleName());
                }
            }
        }
    }

    private void decide(int place, Decision decision) {
        Pending call = (Pending) calls.get(place);
        String tool = "tool '" + call.call().tool() + "' ";
        calls.set(
                place,
                switch (decision) {
                    case Decision.Approved(boolean always) -> approved(call, always);
                    case Decision.ApprovedWith(var arguments) ->
                        new Waiting(
                                new ToolCall(call.call().id(), call.call().tool(), arguments),
                                true,
                                "is approved with other arguments",
                                answered(call, new Asked(interceptor(call), arguments, null, false)),
                                -1,
                                call.attempts() > 0);
                    case Decision.Refused(String reason) ->
                        ended(
                                call,
                                new Outcome.Failed(
                                        call.kind() == PendingKind.APPROVAL
                                                ? new CallDecidedException(tool + "was not approved: " + reason)
                                                : new CallDecidedException(reason)));
                    case Decision.Completed(Object result) -> ended(call, new Outcome.Succeeded(result));
                    case Decision.RunAgain again ->
                        new Waiting(call.call(), call.edited(), "will run again", call.asked(), -1, true);
                    case Decision.GivenUp(String reason) ->
                        ended(
                                call,
                                new Outcome.Cancelled(
                                        tool + "was given up: " + reason + "; it may have taken effect", true));
                });
    }

    private static Waiting approved(Pending call, boolean always) {
        Asked last = call.asked().getLast();
        Asked answer = new Asked(last.interceptor(), last.arguments(), last.instead(), always);
        return new Waiting(call.call(), call.edited(), "is approved", answered(call, answer), -1, call.attempts() > 0);
    }

    private static int interceptor(Pending call) {
        return call.asked().getLast().interceptor();
    }

    /**
     * Adds an answer. Earlier approvals stay, but an interceptor asks again about other arguments than those it
     * approved.
     */
    private static List<Asked> answered(Pending call, Asked answer) {
        List<Asked> asked = new ArrayList<>(call.asked());
        asked.set(asked.size() - 1, answer);
        return asked;
    }

    private Ended ended(Pending call, Outcome outcome) {
        Instant end = now.isBefore(call.since()) ? call.since() : now;
        Instant start = call.attempts() == 0 ? end : call.since();
        return new Ended(new CallResult(call.call(), outcome, call.attempts(), start, end, ThreadKind.NONE), true);
    }

    /**
     * Gives calls the outcome that an equal call has now. A call that will run with other arguments is no longer equal.
     */
    private void follow() {
        for (int place = 0; place < calls.size(); place++) {
            if (calls.get(place) instanceof Waiting waiting && waiting.follows() >= 0) {
                SuspendedCall leader = calls.get(waiting.follows());
                if (leader instanceof Ended ended) {
                    calls.set(place, new Ended(result(waiting, ended.result()), true));
                } else if (leader.edited()) {
                    calls.set(
                            place,
                            new Waiting(
                                    waiting.call(), waiting.edited(), "equals no other call", waiting.approved(), -1));
                }
            }
        }
    }

    private static CallResult result(Waiting call, CallResult equal) {
        return new CallResult(call.call(), equal.outcome(), 0, equal.end(), equal.end(), ThreadKind.NONE);
    }
}
