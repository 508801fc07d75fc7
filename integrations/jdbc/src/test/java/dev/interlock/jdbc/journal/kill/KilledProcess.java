package dev.interlock.jdbc.journal.kill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import dev.interlock.durable.RoundSuspendedException;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.effect.Effects;
import dev.interlock.execution.CallScope;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One life of a process: it finishes the rounds that lives before it have left, those too that were suspended, and then
 * runs rounds until it is killed, or as many as it was told.
 */
final class KilledProcess {

    /** As the number of rounds: until it is killed. */
    static final int WITHOUT_END = -1;

    private static final int THREADS = 2;
    private static final List<String> TOOLS = List.of("write", "write", "write", "put", "read", "read");

    private final Witness witness;
    private final Store store;
    private final RoundJournal journal;
    private final String life;
    private final AtomicLong marks = new AtomicLong();

    private KilledProcess(Witness witness, Store store, RoundJournal journal, String life) {
        this.witness = witness;
        this.store = store;
        this.journal = journal;
        this.life = life;
    }

    /**
     * Runs it.
     *
     * @param args which journal, where that is, the folder of witness and store, the number of this life, how many
     *     rounds a thread runs; 0 for none, and until none is suspended any more
     */
    public static void main(String[] args) throws Exception {
        String life = args[3];
        int rounds = Integer.parseInt(args[4]);
        Path folder = Path.of(args[2]);
        try (Witness witness = new Witness(folder.resolve("witness"));
                RoundJournal journal = new ToldJournal(Journals.valueOf(args[0]).open(args[1]))) {
            KilledProcess process = new KilledProcess(witness, new Store(folder.resolve("store")), journal, life);
            SplittableRandom random = new SplittableRandom(life.hashCode());
            process.recover(random.split());
            if (rounds == 0) {
                process.finish(random);
            } else {
                process.runRounds(rounds, random);
            }
        }
    }

    /** A thread that calls in, with an executor of its own, so that the threads of its rounds can be counted. */
    private final class Caller {
        private final SplittableRandom random;
        private final AtomicInteger threads = new AtomicInteger();
        private final ToolCallExecutor executor;
        private final ToolSet tools;

        Caller(SplittableRandom random) {
            this.random = random;
            this.executor = ToolCallExecutor.builder()
                    .journal(journal)
                    .handover(KilledProcess.this::handedOver)
                    .threadFactory(body -> Thread.ofVirtual().unstarted(() -> {
                        threads.incrementAndGet();
                        try {
                            body.run();
                        } finally {
                            threads.decrementAndGet();
                        }
                    }))
                    .build();
            this.tools = ToolSet.of(
                    ToolDefinition.of("write", Effects.writes("{resource}"), KilledProcess.this::execute),
                    ToolDefinition.of("ask", Effects.writes("{resource}"), KilledProcess.this::ask),
                    ToolDefinition.builder("put", KilledProcess.this::execute)
                            .effects(Effects.writes("{resource}"))
                            .policy(ToolPolicy.builder().idempotent(true).build())
                            .build(),
                    ToolDefinition.of("read", Effects.reads("{resource}"), KilledProcess.this::execute));
        }

        void runRound(String name) {
            List<ToolCall> calls = calls(name);
            witness.saw(
                    "round",
                    name,
                    calls.stream()
                            .map(call -> call.tool() + ":"
                                    + call.arguments().path("resource").asText())
                            .collect(Collectors.joining(" ")));
            if (random.nextInt(4) == 0) {
                suspendable(name, () -> executor.executeInChunks(calls, tools, 2));
            } else {
                suspendable(name, () -> executor.execute(calls, tools));
            }
        }

        private List<ToolCall> calls(String name) {
            List<ToolCall> calls = new ArrayList<>();
            int size = 1 + random.nextInt(6);
            boolean asks = random.nextInt(8) == 0;
            for (int place = 0; place < size; place++) {
                ObjectNode arguments = JsonNodeFactory.instance.objectNode();
                arguments.put("round", name);
                arguments.put("place", place);
                arguments.put("resource", "r" + random.nextInt(3));
                arguments.put("nanos", random.nextInt(3) * 100_000);
                String tool = asks && place == size / 2 ? "ask" : TOOLS.get(random.nextInt(TOOLS.size()));
                calls.add(new ToolCall("id" + place, tool, arguments));
            }
            return calls;
        }

        void resume(SuspendedRound round) {
            String name = nameOf(round);
            Map<Integer, Decision> decisions = new HashMap<>();
            for (int place : round.pending()) {
                decisions.put(place, decide(name, place, (SuspendedCall.Pending)
                        round.calls().get(place)));
            }
            suspendable(name, () -> executor.resume(round, decisions, tools));
        }

        private Decision decide(String name, int place, SuspendedCall.Pending call) {
            if (call.kind() != PendingKind.MAY_HAVE_HAPPENED) {
                String mark = life + "/" + marks.incrementAndGet();
                witness.saw("decided", name, place, "completed", mark);
                return Decision.completed(mark);
            }
            witness.saw("reported", name, place);
            boolean again = random.nextBoolean();
            witness.saw("decided", name, place, again ? "again" : "givenUp");
            return again ? Decision.runAgain() : Decision.givenUp("the caller does not know");
        }

        private void suspendable(String name, Runnable round) {
            try {
                round.run();
            } catch (RoundSuspendedException e) {
                witness.saw("suspended", name, life, threads.get());
            }
        }
    }

    // The tools.

    private Object execute(ToolCall call) {
        String mark = starts(call);
        LockSupport.parkNanos(call.arguments().path("nanos").asLong());
        witness.saw("ends", roundOf(call), placeOf(call), mark);
        Progress.point();
        return mark;
    }

    /** Its job goes on elsewhere. */
    private Object ask(ToolCall call) throws CallPendingException {
        String mark = starts(call);
        throw new CallPendingException("the job " + mark);
    }

    private String starts(ToolCall call) {
        String mark = life + "/" + marks.incrementAndGet();
        String key = CallScope.current().orElseThrow().idempotencyKey();
        witness.saw("starts", roundOf(call), placeOf(call), mark, key);
        Progress.point();
        return mark;
    }

    private static String roundOf(ToolCall call) {
        return call.arguments().path("round").asText();
    }

    private static int placeOf(ToolCall call) {
        return call.arguments().path("place").asInt();
    }

    // The caller.

    private void recover(SplittableRandom random) throws IOException {
        Caller caller = new Caller(random);
        List<SuspendedRound> recovered = journal.unfinished();
        for (SuspendedRound round : recovered) {
            witness.saw(
                    "recovered",
                    nameOf(round),
                    life,
                    count(round, call -> call instanceof SuspendedCall.Ended),
                    count(round, call -> call instanceof SuspendedCall.Waiting waiting && waiting.started()),
                    count(round, KilledProcess::mayHaveHappened),
                    count(round, call -> call instanceof SuspendedCall.Waiting waiting && !waiting.started()));
        }
        recovered.forEach(caller::resume);
        // What the journal knew it was asked for first: that has come further.
        for (SuspendedRound round : store.all()) {
            if (recovered.stream().noneMatch(known -> known.id().equals(round.id()))) {
                witness.saw("resumed", nameOf(round), life);
                caller.resume(round);
            }
        }
    }

    /** Calls that were run again may be pending again. */
    private void finish(SplittableRandom random) throws IOException {
        Caller caller = new Caller(random);
        for (List<SuspendedRound> left = store.all(); !left.isEmpty(); left = store.all()) {
            left.forEach(caller::resume);
        }
    }

    private interface Which {
        boolean is(SuspendedCall call);
    }

    private static long count(SuspendedRound round, Which which) {
        return round.calls().stream().filter(which::is).count();
    }

    private static boolean mayHaveHappened(SuspendedCall call) {
        return call instanceof SuspendedCall.Pending pending && pending.kind() == PendingKind.MAY_HAVE_HAPPENED;
    }

    /** Its results, or what it waits for, are kept before the journal forgets it. */
    private void handedOver(SuspendedRound round) throws IOException {
        if (round.calls().stream().allMatch(call -> call instanceof SuspendedCall.Ended)) {
            witness.saw(
                    "results",
                    nameOf(round),
                    round.calls().stream().map(KilledProcess::result).collect(Collectors.joining(" ")));
            store.forget(round);
        } else {
            store.keep(round);
        }
        Progress.point();
    }

    private static String result(SuspendedCall call) {
        CallResult result = ((SuspendedCall.Ended) call).result();
        return result.outcome() instanceof Outcome.Succeeded(Object mark) ? String.valueOf(mark) : "-";
    }

    private static String nameOf(SuspendedRound round) {
        return roundOf(round.calls().getFirst().call());
    }

    private void runRounds(int count, SplittableRandom random) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String prefix = life + "-" + i + "-";
            Caller caller = new Caller(random.split());
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; count == WITHOUT_END || round < count; round++) {
                    caller.runRound(prefix + round);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
