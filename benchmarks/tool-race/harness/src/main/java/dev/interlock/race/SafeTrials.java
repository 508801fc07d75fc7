package dev.interlock.race;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Runs conversations that show which rules a framework keeps. All calls of a batch are independent. */
final class SafeTrials {

    static final String TOOL = "work";

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int CAP = 5;

    private final Row row;

    SafeTrials(Row row) {
        this.row = row;
    }

    static List<Call> calls(int count) {
        return IntStream.range(0, count)
                .mapToObj(step -> new Call("call_" + step, TOOL, step))
                .toList();
    }

    private interface Body {
        String run(int step) throws Exception;
    }

    private static Toolbox toolbox(Body body) {
        return new Toolbox() {
            @Override
            public Set<String> names() {
                return Set.of(TOOL);
            }

            @Override
            public String run(int step) throws Exception {
                return body.run(step);
            }

            @Override
            public List<Touch> touches(int step) {
                return List.of();
            }

            @Override
            public boolean onlyReads(String tool) {
                return true;
            }

            @Override
            public boolean independent() {
                return true;
            }
        };
    }

    List<Verdict> all() throws InterruptedException {
        return List.of(cap(), timeout(), cancel(), error(), order(), ids(), repeatedIds());
    }

    private record Talk(String failure, List<Shown> shown) {

        String text(int index) {
            return shown.get(index).text();
        }
    }

    private Talk talk(Setup setup, List<Call> calls) throws InterruptedException {
        setup.script().begin(calls);
        try (Agent agent = row.open(setup)) {
            return talk(agent, setup);
        }
    }

    private static Talk talk(Agent agent, Setup setup) throws InterruptedException {
        String failure = Chats.start(() -> agent.chat("Work")).failure(LIMIT);
        return new Talk(failure, setup.script().shown());
    }

    private Verdict cap() throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Setup setup = Setup.of(new Script(), toolbox(step -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                Thread.sleep(30);
            } finally {
                running.decrementAndGet();
            }
            return "ok";
        }));
        boolean settable = row.lack(Row.Feature.CAP).isEmpty();
        Talk talk = talk(settable ? setup.cap(CAP) : setup, calls(20));
        String seen = most.get() + " at once";
        String why = row.lack(Row.Feature.CAP).map(lack -> ": " + lack).orElse("");
        boolean held = most.get() <= CAP && talk.failure().isEmpty();
        return new Verdict("cap", held, held ? seen : join(seen + why, talk.failure()));
    }

    private Verdict timeout() throws InterruptedException {
        if (row.lack(Row.Feature.TIMEOUT).isPresent()) {
            return new Verdict("time-out", false, row.lack(Row.Feature.TIMEOUT).get());
        }
        Hanging hanging = new Hanging(Duration.ofSeconds(3));
        Setup setup = Setup.of(new Script(), toolbox(step -> step == 0 ? hanging.call() : "ok " + step))
                .timeout(Duration.ofMillis(300));
        setup.script().begin(calls(3));
        Talk talk;
        long millis;
        try (Agent agent = row.open(setup)) {
            long start = System.nanoTime();
            talk = talk(agent, setup);
            millis = (System.nanoTime() - start) / 1_000_000;
            // Check this before closing the agent, which may end calls that a time-out did not.
            hanging.awaitEnd();
        }
        List<String> faults = new ArrayList<>();
        if (!talk.failure().isEmpty()) {
            faults.add(talk.failure());
        } else if (millis > 2_000) {
            faults.add("the model waits for the tool");
        } else if (talk.shown().size() != 3) {
            faults.add(talk.shown().size() + " of 3 results");
        }
        if (hanging.interrupted() == 0) {
            faults.add("the tool runs on");
        }
        return new Verdict("time-out", faults.isEmpty(), String.join("; ", faults));
    }

    private Verdict cancel() throws InterruptedException {
        if (row.lack(Row.Feature.CANCEL).isPresent()) {
            return new Verdict("cancel", false, row.lack(Row.Feature.CANCEL).get());
        }
        Hanging hanging = new Hanging(Duration.ofSeconds(2));
        Setup setup = Setup.of(new Script(), toolbox(step -> hanging.call()));
        setup.script().begin(calls(3));
        List<String> faults = new ArrayList<>();
        try (Agent agent = row.open(setup)) {
            Chats chat = Chats.start(() -> agent.chat("Work"));
            int before = hanging.awaitStarts(3, Duration.ofMillis(500));
            agent.cancel(chat.thread());
            chat.failure(LIMIT);
            hanging.awaitEnd();
            if (hanging.interrupted() < before) {
                faults.add(before - hanging.interrupted() + " of " + before + " running tools run on");
            }
            if (hanging.starts() > before) {
                faults.add("further calls start");
            }
            if (setup.script().answers() > 0) {
                faults.add("the model is asked again");
            }
            if (before == 0) {
                faults.add("no tool started");
            }
        }
        return new Verdict("cancel", faults.isEmpty(), String.join("; ", faults));
    }

    private Verdict error() throws InterruptedException {
        Setup setup = Setup.of(new Script(), toolbox(step -> {
            if (step == 1) {
                throw new IllegalStateException("failed");
            }
            return "ok " + step;
        }));
        Talk talk = talk(setup, calls(3));
        boolean held = talk.failure().isEmpty()
                && talk.shown().size() == 3
                && talk.text(0).contains("ok 0")
                && talk.text(2).contains("ok 2")
                && !talk.text(1).contains("ok");
        return new Verdict(
                "error", held, held ? "" : join(talk.failure(), talk.shown().size() + " of 3 results"));
    }

    /** Runs calls of which the first takes longest, so that they do not end in call order. */
    private Talk reversed(List<Call> calls) throws InterruptedException {
        return talk(
                Setup.of(new Script(), toolbox(step -> {
                    Thread.sleep(10L * (calls.size() - step));
                    return "ok " + step;
                })),
                calls);
    }

    private Verdict order() throws InterruptedException {
        Talk talk = reversed(calls(8));
        boolean held = talk.shown().size() == 8
                && IntStream.range(0, 8).allMatch(i -> talk.text(i).contains("ok " + i));
        return new Verdict("order", held, held ? "" : join(talk.failure(), shown(talk)));
    }

    private Verdict ids() throws InterruptedException {
        Talk talk = reversed(calls(8));
        boolean held = talk.shown().size() == 8
                && talk.shown().stream()
                        .allMatch(each -> each.text().contains("ok " + each.id().replaceAll("\\D", "")));
        return new Verdict("ids", held, held ? "" : join(talk.failure(), shown(talk)));
    }

    /** Runs two calls with the same id: both must run once, and each result must come. */
    private Verdict repeatedIds() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        Setup setup = Setup.of(new Script(), toolbox(step -> {
            runs.incrementAndGet();
            return "ok " + step;
        }));
        Talk talk = talk(setup, List.of(new Call("twice", TOOL, 0), new Call("twice", TOOL, 1)));
        boolean held = runs.get() == 2
                && talk.shown().size() == 2
                && talk.text(0).contains("ok 0")
                && talk.text(1).contains("ok 1");
        return new Verdict(
                "repeated ids", held, held ? "" : join(talk.failure(), runs + " of 2 calls run, shown " + shown(talk)));
    }

    private static String shown(Talk talk) {
        return talk.shown().stream()
                .map(each -> each.id() + "=" + each.text())
                .toList()
                .toString();
    }

    private static String join(String a, String b) {
        return a.isEmpty() || b.isEmpty() ? a + b : a + "; " + b;
    }
}
