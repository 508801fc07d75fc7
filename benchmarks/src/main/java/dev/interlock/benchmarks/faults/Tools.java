package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.durable.CallPendingException;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.execution.RoundFailure;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The tools of an episode. Their bodies follow the script of their call. */
final class Tools {

    private static final long SLICE_NANOS = 100_000;

    /** Thrown by a tool on purpose. */
    static final class ToolFailure extends Exception {
        private static final long serialVersionUID = 1L;

        ToolFailure(String id) {
            super(id, null, false, false);
        }
    }

    /** Thrown by a tool on purpose; not an exception. */
    static final class ToolError extends Error {
        private static final long serialVersionUID = 1L;

        ToolError(String id) {
            super(id, null, false, false);
        }
    }

    private final Log log;
    private final Probe probe;
    final ToolSet set;

    Tools(Log log, Probe probe) {
        this.log = log;
        this.probe = probe;
        List<ToolDefinition> definitions = new ArrayList<>();
        for (String name : Setup.TOOLS) {
            ToolDefinition.Builder builder = ToolDefinition.builder(name, this::run)
                    .inferable(false)
                    .policy(log.setup.policies.getOrDefault(name, ToolPolicy.DEFAULT));
            Effects effects = effects(name);
            definitions.add(
                    effects == null ? builder.build() : builder.effects(effects).build());
        }
        this.set = ToolSet.of(definitions);
    }

    private static Effects effects(String name) {
        return switch (name) {
            case "peek" -> Effects.reads("r/{p}");
            case "poke", "put" -> Effects.writes("r/{p}");
            case "copy" -> Effects.reads("r/{p}").and(Effects.writes("r/{q}"));
            case "calc" -> Effects.pure();
            case "alone" -> Effects.exclusive();
            case "guess" -> Effects.of(Tools::guess);
            default -> null;
        };
    }

    private static List<Access> guess(ToolCall call) {
        String path = call.arguments().path("p").asText("");
        if (path.isEmpty()) {
            throw new IllegalStateException("there is no answer");
        }
        if (path.startsWith("b")) {
            LockSupport.parkNanos(SLICE_NANOS);
        }
        return List.of(Access.write("r/" + path));
    }

    private Object run(ToolCall call) throws Exception {
        CountDownLatch meeting = probe.meeting(call);
        if (meeting != null) {
            meeting.countDown();
            if (!meeting.await(1, TimeUnit.SECONDS)) {
                throw new ToolFailure("alone");
            }
            return "met";
        }
        ScriptedCall script = log.script(call);
        if (script == null) {
            return "probe";
        }
        BodyRun run = script.begin(log.sequence.incrementAndGet());
        Fault fault = script.fault(run.attempt);
        log.tally.ran(fault);
        try {
            act(script, run, fault);
            run.seen = script.apply(script.batch.conversation.model());
            run.applied = true;
            return run.seen;
        } finally {
            run.end(log.sequence.incrementAndGet());
        }
    }

    private void act(ScriptedCall script, BodyRun run, Fault fault) throws Exception {
        String id = script.call.id();
        long until = run.startNanos + script.nanos;
        switch (fault) {
            case NONE -> {}
            case WORK, BLOCK -> work(run, until);
            case WRAP -> {
                try {
                    work(run, until);
                } catch (InterruptedException e) {
                    if (script.number % 2 == 0) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IllegalStateException("wrapped", e);
                }
            }
            case FAIL -> throw new ToolFailure(id);
            case ERROR -> throw new ToolError(id);
            case LEAVE -> throw new RoundFailure(new ToolFailure(id));
            case SPIN -> {
                while (System.nanoTime() - until < 0) {
                    Thread.onSpinWait();
                }
            }
            case LATE -> late(run, until);
            case HANG -> hang(script, run, until);
            case PEND -> {
                run.pended = true;
                throw new CallPendingException("the job of " + id);
            }
            case NEST -> {
                if (script.nested != null && run.attempt == 1) {
                    run.nestedFrom = System.nanoTime();
                    script.batch.conversation.runNested(script.nested);
                    run.nestedTo = System.nanoTime();
                }
            }
        }
    }

    /** Parks, and ends early on an interrupt. */
    static void park(long nanos) throws InterruptedException {
        LockSupport.parkNanos(nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException("as asked");
        }
    }

    private static void work(BodyRun run, long until) throws InterruptedException {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                run.interruptSeen = true;
                throw new InterruptedException("as asked");
            }
        }
    }

    private static void late(BodyRun run, long until) {
        long end = until;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                run.swallowed = true;
                run.interruptSeen = true;
                end = System.nanoTime() + SLICE_NANOS * 10;
            }
        }
    }

    private void hang(ScriptedCall script, BodyRun run, long until) {
        while (!log.over && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(SLICE_NANOS);
            if (Thread.interrupted()) {
                run.swallowed = true;
                run.interruptSeen = true;
            }
        }
        if (run.swallowed && script.number % 2 == 0) {
            run.swallowed = false;
            Thread.currentThread().interrupt();
        }
    }
}
