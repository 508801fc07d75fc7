package dev.interlock.langchain4j;

import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The calls of a streamed response, once they have ended.
 *
 * @param calls the calls, in the order of the requests
 * @param round what their round means for the loop
 * @param unconfirmed the early runs that are not calls of the message
 */
record StreamedEnd(List<RequestCall> calls, RoundEnd round, EarlyRuns unconfirmed) {

    /**
     * Returns a suspended round with only the calls of the message, in their order; the streamed round may have others.
     *
     * @param admitted the calls of the round in its order
     */
    static SuspendedRound ofMessage(SuspendedRound round, List<RequestCall> admitted, List<RequestCall> calls) {
        Map<RequestCall, Integer> places = new HashMap<>();
        admitted.forEach(call -> places.put(call, places.size()));
        Map<Integer, Integer> moved = new HashMap<>();
        for (RequestCall call : calls) {
            moved.put(Objects.requireNonNull(places.get(call), "a call of neither"), moved.size());
        }
        List<SuspendedCall> ofCalls = new ArrayList<>(calls.size());
        Map<Integer, String> keys = new HashMap<>();
        for (RequestCall call : calls) {
            int place = Objects.requireNonNull(places.get(call));
            keys.put(ofCalls.size(), round.idempotencyKey(place));
            SuspendedCall state = round.calls().get(place);
            ofCalls.add(
                    state instanceof SuspendedCall.Waiting waiting
                            ? waiting.moved(from -> moved.getOrDefault(from, -1))
                            : state);
        }
        return new SuspendedRound(round.id(), round.suspension(), ofCalls, keys);
    }
}
