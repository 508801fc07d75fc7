package dev.interlock.execution;

import dev.interlock.event.CallEnd;
import dev.interlock.event.CallTraces;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.event.RoundReport;
import dev.interlock.event.Span;
import dev.interlock.event.TimeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told, and says what is wrong with that. */
final class EventOrder implements RoundListener {

    private static final Set<String> BEGINNING = Set.of("CallPlanned");

    /** Which event of a call may come after which; "CallEnded" after any. */
    private static final Map<String, Set<String>> NEXT = Map.of(
            "CallPlanned", Set.of("CallWaiting", "CallReady", "CallCoalesced", "CallAbandoned"),
            "CallWaiting", Set.of("CallWaiting", "CallReady", "CallAbandoned"),
            "CallReady", Set.of("CallStarted", "CallWaiting", "CallAttemptEnded", "CallAbandoned"),
            "CallCoalesced", Set.of(),
            "CallStarted", Set.of("CallAttemptEnded", "CallWaiting", "CallAbandoned"),
            "CallAttemptEnded", Set.of("CallRetrying", "CallWaiting", "CallAbandoned"),
            "CallRetrying", Set.of("CallWaiting", "CallReady", "CallAbandoned"),
            "CallAbandoned", Set.of(),
            "CallEnded", Set.of("CallReleased"),
            "CallReleased", Set.of());

    final List<RoundEvent> events = new CopyOnWriteArrayList<>();
    private final Map<String, Thread> telling = new ConcurrentHashMap<>();

    /** By call, of what two threads told at the same time. */
    private final Map<String, String> overlaps = new ConcurrentHashMap<>();

    @Override
    public void onEvent(RoundEvent event) {
        events.add(event);
        if (event instanceof CallEvent call) {
            String key = key(call);
            Thread other = telling.putIfAbsent(key, Thread.currentThread());
            if (other != null && !other.equals(Thread.currentThread())) {
                overlaps.put(key, "two events of call " + key + " were told at the same time, one of them " + event);
            }
            Thread.onSpinWait();
            telling.remove(key, Thread.currentThread());
        }
        synchronized (this) {
            notifyAll();
        }
    }

    /** Waits until it was told that all rounds have ended, and all abandoned calls. */
    synchronized void awaitEnds() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (count(RoundEvent.RoundEnded.class) < count(RoundEvent.RoundStarted.class)
                || count(RoundEvent.CallReleased.class) < count(RoundEvent.CallAbandoned.class)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                throw new AssertionError("waited 20 s for the end of " + events);
            }
            wait(millis);
        }
    }

    private long count(Class<? extends RoundEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    /** The events of one call, by the names of their kinds; of waits what they are for. */
    List<String> of(int index) {
        return events.stream()
                .filter(event -> event instanceof CallEvent call && call.index() == index)
                .map(EventOrder::name)
                .toList();
    }

    private static String name(RoundEvent event) {
        return switch (event) {
            case RoundEvent.CallWaiting waiting ->
                "waits for " + waiting.waitsFor().text();
            case RoundEvent.CallEnded ended -> "ended " + ended.end().key();
            default ->
                event.getClass().getSimpleName().substring("Call".length()).toLowerCase(Locale.ROOT);
        };
    }

    RoundReport report() {
        return events.stream()
                .filter(RoundEvent.RoundEnded.class::isInstance)
                .map(event -> ((RoundEvent.RoundEnded) event).report())
                .findFirst()
                .orElseThrow();
    }

    /** What is wrong; null if nothing is. */
    @Nullable
    String violated() {
        String found = overlap();
        for (long round : events.stream().map(RoundEvent::round).distinct().toList()) {
            found = found == null
                    ? ofRound(inOrder(events.stream()
                            .filter(event -> event.round() == round)
                            .toList()))
                    : found;
        }
        return found;
    }

    /** Of an abandoned call, a round's last thread tells the rest while the call's own may hang in a listener. */
    private @Nullable String overlap() {
        Set<String> abandoned = events.stream()
                .filter(RoundEvent.CallAbandoned.class::isInstance)
                .map(event -> key((CallEvent) event))
                .collect(Collectors.toSet());
        return overlaps.entrySet().stream()
                .filter(overlap -> !abandoned.contains(overlap.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static String key(CallEvent event) {
        return event.round() + "/" + event.index();
    }

    /**
     * A thread that is just telling when its call is abandoned is not waited for, however long it gets no processor:
     * the one event that it tells belongs before that.
     */
    private static List<RoundEvent> inOrder(List<RoundEvent> told) {
        List<RoundEvent> ordered = new ArrayList<>(told);
        for (int i = 0; i < ordered.size(); i++) {
            if (ordered.get(i) instanceof RoundEvent.CallAbandoned abandoned) {
                for (int j = i + 1; j < ordered.size(); j++) {
                    if (ordered.get(j) instanceof CallEvent late
                            && late.index() == abandoned.index()
                            && !(late instanceof RoundEvent.CallEnded)
                            && !(late instanceof RoundEvent.CallReleased)
                            && !late.at().isAfter(abandoned.at())) {
                        ordered.add(i, ordered.remove(j));
                        i++;
                        break;
                    }
                }
            }
        }
        return ordered;
    }

    private static @Nullable String ofRound(List<RoundEvent> events) {
        if (!(events.get(0) instanceof RoundEvent.RoundStarted)) {
            return "the first event is " + events.get(0);
        }
        RoundReport report = null;
        Map<Integer, List<CallEvent>> calls = new TreeMap<>();
        for (RoundEvent event : events) {
            switch (event) {
                case RoundEvent.RoundStarted started -> {}
                case RoundEvent.RoundEnded ended -> report = ended.report();
                case CallEvent call -> {
                    if (report != null && !(call instanceof RoundEvent.CallReleased)) {
                        return call + " was told after the end of its round";
                    }
                    calls.computeIfAbsent(call.index(), key -> new ArrayList<>())
                            .add(call);
                }
            }
        }
        if (report == null) {
            return "the end of the round was not told";
        }
        if (calls.size() != report.results().size()) {
            return "of " + calls.size() + " calls was told, there are "
                    + report.results().size();
        }
        for (List<CallEvent> ofCall : calls.values()) {
            String found = ofCall(ofCall, report);
            if (found != null) {
                return found + " in " + ofCall;
            }
        }
        return ofTimes(calls, report);
    }

    private static @Nullable String ofCall(List<CallEvent> events, RoundReport report) {
        int ends = 0;
        Set<String> next = BEGINNING;
        Instant last = Instant.MIN;
        for (CallEvent event : events) {
            String name = event.getClass().getSimpleName();
            boolean end = name.equals("CallEnded");
            ends += end ? 1 : 0;
            if ((!next.contains(name) && !(end && ends == 1)) || (end && next.equals(BEGINNING))) {
                return name + " comes where " + next + " could";
            }
            if (event.at().isBefore(last)) {
                return name + " goes back in time";
            }
            last = event.at();
            next = Objects.requireNonNull(NEXT.get(name));
        }
        if (ends != 1) {
            return "there are " + ends + " ends";
        }
        int index = events.get(0).index();
        long starts =
                events.stream().filter(RoundEvent.CallStarted.class::isInstance).count();
        int attempts = report.results().get(index).attempts();
        // One that was abandoned may have been kept from its start by the thread that told so.
        boolean abandoned = report.traces().get(index).end() == CallEnd.ABANDONED;
        return starts == attempts || (abandoned && starts == attempts - 1)
                ? null
                : starts + " starts, but " + attempts + " attempts";
    }

    /** What the report says the calls' time went to is what the events say. */
    private static @Nullable String ofTimes(Map<Integer, List<CallEvent>> calls, RoundReport report) {
        Map<TimeKind, Duration> sums = new EnumMap<>(TimeKind.class);
        for (List<CallEvent> events : calls.values()) {
            sum(events).forEach((kind, time) -> sums.merge(kind, time, Duration::plus));
            int index = events.get(0).index();
            Duration whole = report.traces().get(index).spans().stream()
                    .map(Span::duration)
                    .reduce(Duration.ZERO, Duration::plus);
            Instant end = events.stream()
                    .filter(RoundEvent.CallEnded.class::isInstance)
                    .findFirst()
                    .orElseThrow()
                    .at();
            if (!whole.equals(Duration.between(events.get(0).at(), end))) {
                return "the spans of call " + index + " do not add up to its time";
            }
            if (!report.traces()
                    .get(index)
                    .equals(CallTraces.of(events, report.traces().get(index).settings()))) {
                return "the trace of call " + index + " is not that of its events";
            }
        }
        sums.values().removeIf(Duration::isZero);
        return sums.equals(report.times())
                ? null
                : "the events sum up to " + sums + ", the report says " + report.times();
    }

    /** Written another way than that of the report. */
    private static Map<TimeKind, Duration> sum(List<CallEvent> events) {
        Map<TimeKind, Duration> sums = new EnumMap<>(TimeKind.class);
        for (int i = 0; i + 1 < events.size() && !(events.get(i) instanceof RoundEvent.CallEnded); i++) {
            CallEvent event = events.get(i);
            Instant until = events.get(i + 1).at();
            boolean body = isInBody(events, i);
            switch (event) {
                case RoundEvent.CallWaiting waiting ->
                    add(sums, waiting.waitsFor().kind(), waiting.at(), until);
                case RoundEvent.CallCoalesced coalesced -> add(sums, TimeKind.DEPENDENCY, coalesced.at(), until);
                case RoundEvent.CallRetrying retrying -> add(sums, TimeKind.RETRY, retrying.at(), until);
                case RoundEvent.CallReady ready -> add(sums, body ? TimeKind.RUN : TimeKind.START, ready.at(), until);
                case RoundEvent.CallStarted started -> {
                    Instant start = started.at();
                    for (CallEvent later : events) {
                        if (later instanceof RoundEvent.CallAttemptEnded ended
                                && ended.attempt() == started.attempt()) {
                            start = ended.start();
                        }
                    }
                    add(sums, TimeKind.START, started.at(), start);
                    add(sums, TimeKind.RUN, start, until);
                }
                case RoundEvent.CallAbandoned abandoned -> {
                    // It ends at the same instant.
                }
                case CallEvent other -> add(sums, TimeKind.START, other.at(), until);
            }
        }
        return sums;
    }

    private static boolean isInBody(List<CallEvent> events, int i) {
        for (int j = i; j >= 0; j--) {
            if (events.get(j) instanceof RoundEvent.CallStarted) {
                return true;
            }
            if (events.get(j) instanceof RoundEvent.CallAttemptEnded) {
                return false;
            }
        }
        return false;
    }

    private static void add(Map<TimeKind, Duration> sums, TimeKind kind, Instant from, Instant to) {
        sums.merge(kind, Duration.between(from, to), Duration::plus);
    }
}
