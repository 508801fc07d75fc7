package dev.interlock.durable;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * A round some of whose calls are pending, as data: to be kept, for days perhaps, and resumed in any process whose executor
 * has the same tools. Immutable, as far as the results of its calls are.
 *
 * {@snippet :
 * String json = suspended.toJson();                       // keep it
 * SuspendedRound round = SuspendedRound.fromJson(json);   // later, elsewhere
 * executor.resume(round, Map.of(2, Decision.approved()), tools);
 * }
 *
 * @param id identifies the round through all its suspensions and resumes, in all processes
 * @param suspension which of its suspensions this is, from 1, as a {@link ResumeRegister} tells them apart: decisions do not change
 *     it, and it stays the same where nothing was started in between. A crash from which a journal recovers the round counts as
 *     one. 0 for a round that was made otherwise
 * @param calls the calls in call order; the place of a call, from 0, stays what it is
 * @param keys by their places the {@linkplain #idempotencyKey keys} of calls that were in another round, or at another place,
 *     when their tools got these; empty for most rounds
 */
public record SuspendedRound(String id, int suspension, List<SuspendedCall> calls, Map<Integer, String> keys) {

    /** The version of the JSON text that {@link #toJson} writes, and the newest that {@link #fromJson} reads. */
    public static final int VERSION = 1;

    /**
     * Copies list and map, without keys that say nothing new. Rejects nulls, a negative number, calls that follow one which is
     * not before them, and keys of calls that are not there.
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
                throw new IllegalArgumentException("call " + (place + 1) + " cannot have the outcome of call "
                        + (waiting.follows() + 1) + ": that is not an earlier one");
            }
        }
    }

    /**
     * A round whose calls have the keys of their places.
     *
     * @param id identifies the round
     * @param suspension which of its suspensions this is; 0 for none
     * @param calls the calls in call order
     */
    public SuspendedRound(String id, int suspension, List<SuspendedCall> calls) {
        this(id, suspension, calls, Map.of());
    }

    /**
     * A round that was not suspended by an executor, and whose calls have the keys of their places.
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
     * For integrations: the key of a call that has always been where it is.
     *
     * @param id that of its round
     * @param place its place, from 0
     * @return the key
     */
    public static String keyOf(String id, int place) {
        return id + "-" + (place + 1);
    }

    /**
     * The key that the tool of a call was given, or will be, see {@code CallScope.idempotencyKey()}: by it those can be asked who
     * were to do what may have happened.
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
     * For integrations: the same round, with how far its calls have come.
     *
     * @param states for each call of the round one, in call order
     * @return a round with the same id and keys
     */
    public SuspendedRound withCalls(List<SuspendedCall> states) {
        return new SuspendedRound(id, suspension, states, keys);
    }

    /**
     * The version of its JSON text.
     *
     * @return {@link #VERSION}
     */
    public int version() {
        return VERSION;
    }

    /**
     * The places of the calls that wait for a decision.
     *
     * @return places, from 0, the first in front
     */
    public List<Integer> pending() {
        return IntStream.range(0, calls.size())
                .filter(place -> calls.get(place) instanceof SuspendedCall.Pending)
                .boxed()
                .toList();
    }

    /**
     * The round with decisions of its pending calls, which need not be all. What is decided so stays, also in JSON: it can be
     * resumed later, and elsewhere. Nothing runs yet.
     *
     * @param decisions by the places of the calls, from 0 ({@link Integer}), or by their ids ({@link String})
     * @return a round with the same calls
     * @throws IllegalArgumentException if there is no such call, it is not pending, or the decision does not fit what it waits
     *     for; the message says which call, and what it is. Then none of the decisions is taken
     */
    public SuspendedRound decide(Map<?, ? extends Decision> decisions) {
        return withCalls(Decisions.decide(calls, decisions, Instant.now()));
    }

    /**
     * The round as JSON text. It has the calls with their arguments, and the results of those that have ended: text and
     * JSON as they are, other values as Jackson writes them, or as their text if it cannot. Of a failure it has the message.
     *
     * @return the text, for {@link #fromJson}
     */
    public String toJson() {
        return SuspendedRoundJson.write(VERSION, id, suspension, calls, keys);
    }

    /**
     * Reads a round.
     *
     * @param json what {@link #toJson} wrote, of this version of the library or an older one
     * @return the round
     * @throws IllegalArgumentException if it is no suspended round, or of a newer version than {@link #VERSION}; the message
     *     says which
     */
    public static SuspendedRound fromJson(String json) {
        return SuspendedRoundJson.read(json, VERSION, SuspendedRound::new);
    }

    /** In words: which calls are pending, and why. */
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
