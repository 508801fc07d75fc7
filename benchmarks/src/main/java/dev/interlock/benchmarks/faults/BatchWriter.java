package dev.interlock.benchmarks.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.benchmarks.faults.ScriptedBatch.Conversation;
import dev.interlock.benchmarks.faults.ScriptedBatch.Mode;
import dev.interlock.call.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Creates random batches for one conversation. */
final class BatchWriter {

    private static final String[] PATHS = {
        "a/x/1", "a/x/2", "a/y/1", "b/x/1", "b/y/1", "a/x/1", "b/x/1", "b/y/1", "a/x", "a/y", "b", "a", ""
    };

    private static final int MOST_CALLS = 12;
    private static final int DEEPEST = 2;
    private static final long ENDLESS_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Log log;
    private final Setup setup;
    private final SplittableRandom random;

    BatchWriter(Log log, SplittableRandom random) {
        this.log = log;
        this.setup = log.setup;
        this.random = random;
    }

    ScriptedBatch next(Conversation conversation) {
        Mode mode = setup.brief || random.nextInt(3) > 0
                ? Mode.EXECUTE
                : random.nextInt(3) == 0 ? Mode.ON_EXECUTOR : Mode.STREAMED;
        ScriptedBatch batch = new ScriptedBatch(conversation, null, mode);
        write(batch, random.nextInt(1, MOST_CALLS + 1), 0);
        int disturbed = random.nextInt(100);
        if (disturbed < 12) {
            batch.cancelAfterNanos = random.nextInt(1, 1_500) * 1_000L;
        } else if (disturbed < 20) {
            batch.interruptAfterNanos = random.nextInt(1, 1_500) * 1_000L;
        } else if (disturbed < 22) {
            batch.cancelBefore = true;
        } else if (disturbed < 24) {
            batch.interruptBefore = true;
        } else if (disturbed < 25) {
            batch.cancelAfterNanos = random.nextInt(1, 1_000) * 1_000L;
            batch.interruptAfterNanos = random.nextInt(1, 1_000) * 1_000L;
        }
        batch.streamCancelled = random.nextInt(15) == 0;
        return batch;
    }

    private void write(ScriptedBatch batch, int size, int depth) {
        boolean dull = random.nextInt(3) == 0;
        for (int i = 0; i < size; i++) {
            ScriptedCall call = batch.parent == null ? call(batch, i, dull) : callWithin(batch, i);
            batch.calls.add(call);
            log.add(call);
            if (call.fault(1) == Fault.NEST && depth < DEEPEST) {
                call.nested = new ScriptedBatch(
                        batch.conversation, call, random.nextInt(5) == 0 ? Mode.STREAMED : Mode.EXECUTE);
                write(call.nested, random.nextInt(1, 4), depth + 1);
            }
        }
    }

    private ScriptedCall call(ScriptedBatch batch, int index, boolean dull) {
        int kind = random.nextInt(100);
        if (kind < 2) {
            return script(batch, index, "nosuch", args(path(), null), List.of(Touch.ALL), dull);
        }
        if (kind < 4) {
            String tool = Setup.TOOLS.get(random.nextInt(Setup.TOOLS.size()));
            JsonNode list = JsonNodeFactory.instance.arrayNode().add(random.nextInt(3));
            return script(batch, index, tool, list, List.of(Touch.ALL), dull);
        }
        String tool = kind < 35 ? "peek" : kind < 60 ? "poke" : kind < 70 ? "copy" : kind < 80 ? "calc" : other(kind);
        String path = path();
        String second = path();
        return script(batch, index, tool, args(path, second), touches(tool, path, second), dull);
    }

    private static String other(int kind) {
        return kind < 88 ? "put" : kind < 94 ? "guess" : kind < 97 ? "alone" : "mystery";
    }

    private static List<Touch> touches(String tool, String path, String second) {
        String at = path.isEmpty() ? "r" : "r/" + path;
        return switch (tool) {
            case "peek" -> List.of(Touch.read(at));
            case "poke", "put" -> List.of(Touch.write(at));
            case "copy" -> List.of(Touch.read(at), Touch.write(second.isEmpty() ? "r" : "r/" + second));
            case "calc" -> List.of();
            case "guess" -> List.of(path.isEmpty() ? Touch.ALL : Touch.write(at));
            default -> List.of(Touch.ALL);
        };
    }

    /** Creates a call that touches only what its parent touches. */
    private ScriptedCall callWithin(ScriptedBatch batch, int index) {
        ScriptedCall parent = batch.parent;
        List<Touch> allowed = parent.touches;
        if (allowed.contains(Touch.ALL) && parent.writes() && parent.call.hasObjectArguments()) {
            return call(batch, index, true);
        }
        Touch touch = allowed.isEmpty() ? null : allowed.get(random.nextInt(allowed.size()));
        if (touch == null || touch.path().isEmpty() || random.nextInt(4) == 0) {
            return script(batch, index, "calc", args("", null), List.of(), true);
        }
        String path = touch.path().equals("r") ? "" : touch.path().substring(2);
        if (!path.isEmpty() && random.nextBoolean()) {
            path += "/1";
        }
        String tool = !touch.write() ? "peek" : random.nextBoolean() ? "poke" : "put";
        return script(batch, index, tool, args(path, null), touches(tool, path, ""), true);
    }

    private ScriptedCall script(
            ScriptedBatch batch, int index, String tool, JsonNode arguments, List<Touch> touches, boolean dull) {
        long number = log.nextNumber();
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            faults.add(fault(dull, i));
        }
        if (setup.pends && batch.parent == null) {
            // The last one is repeated: that must come to an end.
            for (int i = 0; i < faults.size() - 1; i++) {
                faults.set(i, random.nextInt(setup.brief ? 40 : 8) == 0 ? Fault.PEND : faults.get(i));
            }
        }
        long nanos = random.nextInt(20, 300) * 1_000L;
        switch (faults.get(0)) {
            case BLOCK, WRAP -> nanos *= setup.limited ? 20 : 4;
            case SPIN, LATE -> nanos *= 5;
            case HANG -> nanos = hangNanos(batch, tool, nanos);
            default -> {}
        }
        ScriptedCall script = new ScriptedCall(
                batch, index, number, new ToolCall("c" + number, tool, arguments), touches, faults, nanos);
        script.asks = setup.asks && batch.parent == null && random.nextInt(4) == 0;
        return script;
    }

    /**
     * How long a hanging body lasts. It hangs to the end of the episode if a limit makes the round leave it, but not on
     * an owner, since a round cannot leave its owner.
     */
    private long hangNanos(ScriptedBatch batch, String tool, long nanos) {
        boolean endless = setup.limits(tool) && !setup.guarded && batch.mode == Mode.EXECUTE && random.nextInt(4) == 0;
        return endless ? ENDLESS_NANOS : nanos * (setup.limited ? 100 : 10);
    }

    private Fault fault(boolean dull, int attempt) {
        int kind = random.nextInt(100);
        if (setup.brief) {
            return kind < 96 ? Fault.NONE : kind < 97 ? Fault.FAIL : kind < 98 ? Fault.NEST : oneOf(kind);
        }
        if (dull) {
            return kind < 50 ? Fault.NONE : kind < 92 ? Fault.WORK : kind < 96 ? Fault.FAIL : Fault.NEST;
        }
        if (kind < 30 || (attempt > 0 && kind < 60)) {
            return kind % 2 == 0 ? Fault.NONE : Fault.WORK;
        }
        return kind < 45 ? Fault.WORK : kind < 55 ? Fault.FAIL : kind < 60 ? Fault.NEST : oneOf(kind);
    }

    private Fault oneOf(int kind) {
        if (kind == 99 && random.nextInt(3) == 0) {
            return Fault.LEAVE;
        }
        return switch (random.nextInt(6)) {
            case 0 -> Fault.ERROR;
            case 1 -> Fault.BLOCK;
            case 2 -> Fault.WRAP;
            case 3 -> random.nextInt(3) == 0 ? Fault.SPIN : Fault.WORK;
            case 4 -> Fault.LATE;
            default -> random.nextBoolean() ? Fault.HANG : Fault.NONE;
        };
    }

    private String path() {
        return PATHS[random.nextInt(PATHS.length)];
    }

    private static JsonNode args(String path, String second) {
        ObjectNode args = JsonNodeFactory.instance.objectNode();
        if (!path.isEmpty()) {
            args.put("p", path);
        }
        if (second != null && !second.isEmpty()) {
            args.put("q", second);
        }
        return args;
    }
}
