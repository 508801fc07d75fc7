package dev.interlock.jdbc.journal.kill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.Decision;
import dev.interlock.durable.SuspendedCall;
import dev.interlock.durable.SuspendedRound;
import dev.interlock.durable.journal.RoundJournal;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One life of a process: it finishes the rounds that lives before it have left, and then runs rounds until it is killed, or as
 * many as it was told.
 */
final class KilledProcess {

    private static final int THREADS = 2;

    private final Witness witness;
    private final ToolCallExecutor executor;
    private final RoundJournal journal;
    private final ToolSet tools;
    private final String life;
    private final SplittableRandom random;
    private final AtomicLong marks = new AtomicLong();

    private KilledProcess(Witness witness, RoundJournal journal, String life, long seed) {
        this.witness = witness;
        this.journal = journal;
        this.life = life;
        this.random = new SplittableRandom(seed);
        this.executor = ToolCallExecutor.builder()
                .journal(journal)
                .handover(this::handedOver)
                .build();
        this.tools = ToolSet.of(
                ToolDefinition.of("write", Effects.writes("{resource}"), this::execute),
                ToolDefinition.builder("put", this::execute)
                        .effects(Effects.writes("{resource}"))
                        .policy(ToolPolicy.builder().idempotent(true).build())
                        .build(),
                ToolDefinition.of("read", Effects.reads("{resource}"), this::execute));
    }

    /**
     * Runs it.
     *
     * @param args which journal, where that is, the file of the witness, the number of this life, how many rounds a thread runs,
     *     0 for without end
     */
    public static void main(String[] args) throws Exception {
        String life = args[3];
        int rounds = Integer.parseInt(args[4]);
        try (Witness witness = new Witness(Path.of(args[2]));
                RoundJournal journal = Journals.valueOf(args[0]).open(args[1])) {
            say("opened");
            KilledProcess process = new KilledProcess(witness, journal, life, life.hashCode());
            process.recover();
            say("recovered");
            process.runRounds(rounds);
        }
    }

    /** To who kills it. */
    private static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }

    // The tool.

    private Object execute(ToolCall call) {
        String round = call.arguments().path("round").asText();
        int place = call.arguments().path("place").asInt();
        String mark = life + "/" + marks.incrementAndGet();
        witness.saw("starts", round, place, mark);
        LockSupport.parkNanos(call.arguments().path("nanos").asLong());
        witness.saw("ends", round, place, mark);
        return mark;
    }

    // The caller.

    private void recover() {
        for (SuspendedRound round : journal.unfinished()) {
            Map<Integer, Decision> decisions = new HashMap<>();
            for (int place : round.pending()) {
                String name = nameOf(round);
                witness.saw("reported", name, place);
                boolean again = random.nextBoolean();
                witness.saw("decided", name, place, again ? "again" : "givenUp");
                decisions.put(place, again ? Decision.runAgain() : Decision.givenUp("nobody knows"));
            }
            executor.resume(round, decisions, tools);
        }
    }

    /** Its results are kept before the journal forgets it. */
    private void handedOver(SuspendedRound round) {
        witness.saw(
                "results",
                nameOf(round),
                round.calls().stream().map(KilledProcess::result).collect(Collectors.joining(" ")));
    }

    private static String result(SuspendedCall call) {
        CallResult result = ((SuspendedCall.Ended) call).result();
        return result.outcome() instanceof Outcome.Succeeded(Object mark) ? String.valueOf(mark) : "-";
    }

    private static String nameOf(SuspendedRound round) {
        return round.calls().getFirst().call().arguments().path("round").asText();
    }

    private void runRounds(int count) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String prefix = life + "-" + i + "-";
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; count == 0 || round < count; round++) {
                    runRound(prefix + round, own);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void runRound(String name, SplittableRandom own) {
        List<ToolCall> calls = new ArrayList<>();
        int size = 1 + own.nextInt(6);
        for (int place = 0; place < size; place++) {
            ObjectNode arguments = JsonNodeFactory.instance.objectNode();
            arguments.put("round", name);
            arguments.put("place", place);
            arguments.put("resource", "r" + own.nextInt(3));
            arguments.put("nanos", own.nextInt(3) * 100_000);
            String tool = own.nextInt(2) == 0 ? "write" : own.nextBoolean() ? "put" : "read";
            calls.add(new ToolCall("id" + place, tool, arguments));
        }
        witness.saw(
                "round",
                name,
                calls.stream()
                        .map(call -> call.tool() + ":"
                                + call.arguments().path("resource").asText())
                        .collect(Collectors.joining(" ")));
        executor.execute(calls, tools);
    }
}
