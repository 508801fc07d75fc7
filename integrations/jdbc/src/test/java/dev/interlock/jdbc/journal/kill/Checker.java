package dev.interlock.jdbc.journal.kill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges what a {@link Witness} saw of all lives of a process:
 *
 * <ul>
 *   <li>{@code round R write:res put:res read:res ask:res ...}: a round with these calls is about to be executed;
 *   <li>{@code starts R C mark key}, {@code ends R C mark}: a tool has begun, and ended, an execution; that of
 *       {@code ask} ends by saying that the call is pending;
 *   <li>{@code recovered R life done again may waiting}: a process found the round unfinished, with as many calls of
 *       each kind;
 *   <li>{@code suspended R life threads}: the round was suspended, and so many of its threads were alive then;
 *   <li>{@code resumed R life}: a process goes on with the round that was suspended;
 *   <li>{@code reported R C}: the call was said to be one that may have happened;
 *   <li>{@code decided R C again}, {@code givenUp}, or {@code completed mark}: what the caller then decided;
 *   <li>{@code results R mark mark - ...}: the caller has the results of the round, {@code -} for no success.
 * </ul>
 */
final class Checker {

    /** What became of one call. */
    private static final class CallSeen {
        private final String kind;
        private final String resource;
        private final List<String> marks = new ArrayList<>();
        private final Set<String> ended = new HashSet<>();
        private final Set<String> keys = new HashSet<>();
        private int reports;
        private boolean givenUp;
        private boolean mayRunAgain;
        private boolean completed;
        private long firstStart = Long.MAX_VALUE;

        CallSeen(String call) {
            kind = call.substring(0, call.indexOf(':'));
            resource = call.substring(call.indexOf(':') + 1);
        }

        /** What must not be executed twice. */
        private boolean isWrite() {
            return kind.equals("write") || kind.equals("ask");
        }
    }

    /** What became of one round. */
    private static final class RoundSeen {
        private final List<CallSeen> calls = new ArrayList<>();
        private final List<List<String>> results = new ArrayList<>();
        private final Set<String> lives = new HashSet<>();
    }

    private final Map<String, RoundSeen> rounds = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    /** Of which call each key is. */
    private final Map<String, CallSeen> keys = new HashMap<>();

    /** Those that found rounds unfinished. */
    private final Set<String> lives = new HashSet<>();

    private long number;

    /** Goes through all lines. */
    static Checker of(List<String> lines) {
        Checker checker = new Checker();
        lines.forEach(checker::line);
        checker.rounds.forEach(checker::judge);
        return checker;
    }

    /** What must not be; nothing if all is well. */
    List<String> faults() {
        return faults;
    }

    /** How often what was seen. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** What was seen besides. */
    Map<String, Integer> others() {
        Map<String, Integer> others = new TreeMap<>(counts);
        for (Seen seen : Seen.values()) {
            others.remove(seen.words);
        }
        return others;
    }

    int count(Seen what) {
        return counts.getOrDefault(what.words, 0);
    }

    /** How many processes were killed in the middle of rounds. */
    int livesInMidRound() {
        return lives.size();
    }

    /** What it counts, in words. */
    enum Seen {
        RECOVERED("rounds recovered"),
        DONE("calls recovered as done"),
        AGAIN("calls recovered to run again"),
        MAY("calls recovered as may have happened"),
        WAITING("calls recovered as not started"),
        SUSPENDED("rounds suspended"),
        RESUMED("suspended rounds resumed in another JVM"),
        THREADS("threads held while suspended"),
        OTHER_LIVES("rounds that went on in another JVM");

        private final String words;

        Seen(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private void count(String what) {
        count(what, 1);
    }

    private void count(String what, int more) {
        counts.merge(what, more, Integer::sum);
    }

    private void count(Seen what, String more) {
        count(what.words, Integer.parseInt(more));
    }

    private void line(String line) {
        number++;
        String[] words = line.split(" ", -1);
        if (words[0].equals("round")) {
            RoundSeen round = new RoundSeen();
            for (int i = 2; i < words.length; i++) {
                round.calls.add(new CallSeen(words[i]));
            }
            rounds.put(words[1], round);
            count("rounds");
            return;
        }
        RoundSeen round = Objects.requireNonNull(rounds.get(words[1]), line);
        if (words[0].equals("results")) {
            round.results.add(List.of(words).subList(2, words.length));
            return;
        }
        switch (words[0]) {
            case "recovered" -> recovered(words);
            case "suspended" -> suspended(line, words);
            case "resumed" -> count(Seen.RESUMED.words);
            default -> lineOf(line, words, round, round.calls.get(Integer.parseInt(words[2])));
        }
    }

    private void recovered(String[] words) {
        lives.add(words[2]);
        count(Seen.RECOVERED.words);
        count(Seen.DONE, words[3]);
        count(Seen.AGAIN, words[4]);
        count(Seen.MAY, words[5]);
        count(Seen.WAITING, words[6]);
    }

    private void suspended(String line, String[] words) {
        count(Seen.SUSPENDED.words);
        count(Seen.THREADS, words[3]);
        if (!words[3].equals("0")) {
            faults.add("threads held while suspended: " + line);
        }
    }

    private void lineOf(String line, String[] words, RoundSeen round, CallSeen call) {
        switch (words[0]) {
            case "starts" -> {
                starts(line, call, words[3]);
                round.lives.add(words[3].substring(0, words[3].indexOf('/')));
                if (words.length > 4) {
                    key(line, call, words[4]);
                }
            }
            case "ends" -> call.ended.add(words[3]);
            case "reported" -> {
                call.reports++;
                call.mayRunAgain = false;
                count("reported");
            }
            case "decided" -> {
                call.givenUp = words[3].equals("givenUp");
                call.mayRunAgain = words[3].equals("again");
                if (words[3].equals("completed")) {
                    call.ended.add(words[4]);
                    call.completed = true;
                }
                count("decided " + words[3]);
            }
            default -> throw new IllegalArgumentException(line);
        }
    }

    private void starts(String line, CallSeen call, String mark) {
        count("executions of " + call.kind);
        call.firstStart = Math.min(call.firstStart, number);
        if (call.isWrite() && !call.marks.isEmpty() && !call.mayRunAgain) {
            faults.add("executed twice without being reported, and decided: " + line);
        }
        if (!call.marks.isEmpty()) {
            count("repeated " + call.kind);
        }
        call.mayRunAgain = false;
        call.marks.add(mark);
    }

    private void key(String line, CallSeen call, String key) {
        call.keys.add(key);
        if (call.keys.size() > 1) {
            faults.add("executed with another key: " + line);
        }
        CallSeen other = keys.putIfAbsent(key, call);
        if (other != null && !other.equals(call)) {
            faults.add("executed with the key of another call: " + line);
        }
    }

    private void judge(String name, RoundSeen round) {
        if (round.lives.size() > 1) {
            count(Seen.OTHER_LIVES.words);
        }
        if (round.results.isEmpty()) {
            boolean changed = round.calls.stream().anyMatch(call -> !call.kind.equals("read") && !call.marks.isEmpty());
            if (changed) {
                faults.add("results lost of round " + name);
            } else {
                count("rounds that had changed nothing");
            }
            return;
        }
        for (int i = 0; i < round.calls.size(); i++) {
            judge(name, round, i);
        }
        checkOrder(name, round);
    }

    private void judge(String name, RoundSeen round, int place) {
        CallSeen call = round.calls.get(place);
        String what = call.kind + " " + place + " of round " + name;
        Set<String> told = new HashSet<>();
        for (List<String> results : round.results) {
            if (results.size() != round.calls.size()) {
                faults.add("round " + name + " has " + results.size() + " results of " + round.calls.size() + " calls");
                return;
            }
            told.add(results.get(place));
        }
        if (call.isWrite() && told.size() > 1) {
            faults.add(what + " has more than one result: " + told);
        }
        for (String mark : told) {
            if (mark.equals("-")) {
                if (call.reports == 0 || !call.givenUp) {
                    faults.add(what + " has no success, and was not given up");
                }
            } else if (!call.ended.contains(mark)) {
                faults.add(what + " has a result that it never came to: " + mark);
            }
        }
        if (call.isWrite()
                && call.marks.size() == 1
                && call.reports == 0
                && !call.completed
                && !told.contains(call.marks.getFirst())) {
            faults.add(what + " was executed, and its result is lost: " + told);
        }
        if (!call.isWrite() && call.reports > 0) {
            faults.add(what + " was reported, though it does no harm twice");
        }
    }

    /** Calls of a round that conflict were first started in call order. */
    private void checkOrder(String name, RoundSeen round) {
        for (int i = 0; i < round.calls.size(); i++) {
            for (int j = i + 1; j < round.calls.size(); j++) {
                CallSeen first = round.calls.get(i);
                CallSeen second = round.calls.get(j);
                boolean conflict = first.resource.equals(second.resource)
                        && (!first.kind.equals("read") || !second.kind.equals("read"));
                boolean bothStarted = !first.marks.isEmpty() && !second.marks.isEmpty();
                if (conflict && bothStarted && first.firstStart > second.firstStart && first.reports == 0) {
                    faults.add("calls " + i + " and " + j + " of round " + name + " were not in order");
                }
            }
        }
    }
}
