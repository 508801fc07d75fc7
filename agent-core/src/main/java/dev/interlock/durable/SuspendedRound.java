package dev.interlock.durable;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * A round with pending calls, as data. Store it, perhaps for days, and resume it in any process whose executor has the
 * same tools. Immutable if the results of its calls are.
 *
 * {@snippet :
 * String json = suspended.toJson();                       // keep it
 * SuspendedRound round = SuspendedRound.fromJson(json);   // later, elsewhere
 * executor.resume(round, Map.of(2, Decision.approved()), tools);
 * }
 *
 * @param id the round's id, the same through all suspensions and resumes, in all processes
 * @param suspension the number of this suspension, from 1, by which a {@link ResumeRegister} knows it. It grows when a
 *     resume has started a call; decisions alone do not change it. A crash from which a journal recovers the round
 *     counts as a suspension. 0 if no executor suspended this round
 * @param calls the calls in call order; the places of calls, from 0, never change
 * @param keys the {@linkplain #idempotencyKey idempotency keys}, by place, of calls that got their key in another round
 *     or at another place; usually empty
 */
public record SuspendedRound(String id, int suspension, List<SuspendedCall> calls, Map<Integer, String> keys) {

    /** The version of the JSON text that {@link #toJson} writes, and the newest that {@link #fromJson} reads. */
    public static final int VERSION = 1;

    /**
     * Copies list and map, without keys that are the default. Rejects nulls, negative numbers, calls that share the
     * outcome of a later call, and keys for places without a call.
     */
    public SuspendedRound {
        Objects.requireNonNull(id, "id");
        if (suspension < 0) {
            throw new IllegalArgumentException("suspension must be >= 0, was " + suspension);
        }
        calls = List.copyOf(calls);
        keys = keys.isEmpty() ? Map.of() : newKeys(id, calls.size(), keys);
        for (int place = 0; place < calls.size(); place++) {
            if (calls.get(place) instanceof SuspendedCall.Waiting waiting && waiting.follows() >= place) {
                throw new IllegalArgumentException("call " + (place + 1) + " cannot share the outcome of call "
                        + (waiting.follows() + 1) + ", which is not an earlier call");
            }
        }
    }

    /**
     * A round whose calls have their default keys, see {@link #keyOf}.
     *
     * @param id identifies the round
     * @param suspension the number of this suspension; 0 for none
     * @param calls the calls in call order
     */
    public SuspendedRound(String id, int suspension, List<SuspendedCall> calls) {
        this(id, suspension, calls, Map.of());
    }

    /**
     * A round that no executor has suspended, and whose calls have their default keys, see {@link #keyOf}.
     *
     * @param id identifies the round
     * @param calls the calls in call order
     */
    public SuspendedRound(String id, List<SuspendedCall> calls) {
        this(id, 0, calls, Map.of());
    }

    private static Map<Integer, String> newKeys(String id, int size, Map<Integer, String> keys) {
        Map<Integer, String> own = new HashMap<>();
        keys.forEach((place, key) -> {
            if (place < 0 || place >= size) {
                throw new IllegalArgumentException(
                        "there is a key of place " + place + ", and there are " + size + " calls");
            }
            if (!key.equals(keyOf(id, place))) {
                own.put(place, key);
            }
        });
        return Map.copyOf(own);
    }

    /**
     * For integrations: the default key of a call, which its round's id and its place make up.
     *
     * @param id that of its round
     * @param place its place, from 0
     * @return the key
     */
    public static String keyOf(String id, int place) {
        return id + "-" + (place + 1);
    }

    /**
     * Returns the idempotency key that the call's tool got or will get, see {@code CallScope.idempotencyKey()}. Use it
     * to ask the called service whether the call happened.
     *
     * @param place the place of the call, from 0
     * @return the key
     * @throws IndexOutOfBoundsException if there is no such call
     */
    public String idempotencyKey(int place) {
        String own = keys.get(Objects.checkIndex(place, calls.size()));
        return own == null ? keyOf(id, place) : own;
    }

    /**
     * For integrations: returns this round with new states of its calls.
     *
     * @param states for each call of the round one, in call order
     * @return a round with the same id and keys
     */
    public SuspendedRound withCalls(List<SuspendedCall> states) {
        return new SuspendedRound(id, suspension, states, keys);
    }

    /**
     * Returns the version of the JSON text.
     *
     * @return {@link #VERSION}
     */
    public int version() {
        return VERSION;
    }

    /**
     * Returns the places of the calls that wait for a decision.
     *
     * @return the places, from 0, ascending
     */
    public List<Integer> pending() {
        return IntStream.range(0, calls.size())
                .filter(place -> calls.get(place) instanceof SuspendedCall.Pending)
                .boxed()
                .toList();
    }

    /**
     * Returns the round with decisions about some or all of its pending calls. The decisions stay, also in JSON, so the
     * round can be resumed later and elsewhere. Nothing runs yet.
     *
     * @param decisions the decisions, by the call's place from 0 ({@link Integer}) or its id ({@link String})
     * @return a round with the same calls
     * @throws IllegalArgumentException if there is no such call, if it is not pending, or if the decision does not fit
     *     what it waits for; the message names the call and the reason. Then no decision is applied
     */
    public SuspendedRound decide(Map<?, ? extends Decision> decisions) {
        return withCalls(Decisions.decide(calls, decisions, Instant.now()));
    }

    /**
     * Returns the round as JSON text. The text has the calls with their arguments, and the results of ended calls: text
     * and JSON unchanged, other values as Jackson writes them, or else as their {@code toString}. Of a failure it has
     * class name and message.
     *
     * @return the text, for {@link #fromJson}
     */
    public String toJson() {
        return SuspendedRoundJson.write(VERSION, id, suspension, calls, keys);
    }

    /**
     * Reads a round.
     *
     * @param json the text from {@link #toJson} of this version of the library or an older one
     * @return the round
     * @throws IllegalArgumentException if the text is not a suspended round, or has a newer version than
     *     {@link #VERSION}; the message says which
     */
    public static SuspendedRound fromJson(String json) {
        return SuspendedRoundJson.read(json, VERSION, SuspendedRound::new);
    }

    /** Returns in words which calls are pending, and why. */
    @Override
    public String toString() {
        StringJoiner pending = new StringJoiner("; ", "round " + id + " is suspended: ", "");
        for (int place = 0; place < calls.size(); place++) {
            if (calls.get(place) instanceof SuspendedCall.Pending call) {
                pending.add(call.kind().inWords(place) + " ('" + call.call().tool() + "'): " + call.reason());
            }
        }
        return pending.toString();
    }
}
