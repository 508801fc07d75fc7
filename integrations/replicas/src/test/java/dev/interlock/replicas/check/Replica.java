package dev.interlock.replicas.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.CallResult;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolBody;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.replicas.Databases;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.RedisProcess;
import dev.interlock.replicas.ReplicaLimits;
import dev.interlock.replicas.postgres.PostgresLimitServer;
import dev.interlock.replicas.redis.RedisLimitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A replica, in a JVM of its own: runs rounds of random calls until it is killed, or measures. Arguments: address of
 * the server, name of the limits, port of the referee, seed, and {@code run}, or {@code measure} and with how many
 * calls.
 */
final class Replica {

    static final int OF_SEARCH = 4;
    static final int OF_ALL = 10;
    private static final int ROUNDS_AT_A_TIME = 4;
    private static final int CALLS = 6;
    private static final int ACCOUNTS = 48;
    private static final int MOST_NANOS = 2_000_000;
    private static final int PAUSE_NANOS = 100_000_000;

    private final Witness witness;
    private final ReplicaLimits limits;

    private Replica(Witness witness, LimitServer server) {
        this.witness = witness;
        this.limits = ReplicaLimits.builder(server)
                .lease(Duration.ofSeconds(2))
                .listener(event -> say("! " + event))
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        LimitServer server = address.startsWith("redis")
                ? RedisLimitServer.of(RedisProcess.client(address, Duration.ofSeconds(3)), arguments[1])
                : PostgresLimitServer.of(Databases.at(address), arguments[1], Duration.ofMillis(5));
        Replica replica = new Replica(new Witness(Integer.parseInt(arguments[2])), server);
        long seed = Long.parseLong(arguments[3]);
        if (arguments[4].equals("measure")) {
            replica.measure(Integer.parseInt(arguments[5]));
            System.exit(0);
        }
        for (int i = 0; i < ROUNDS_AT_A_TIME; i++) {
            SplittableRandom random = new SplittableRandom(seed * ROUNDS_AT_A_TIME + i);
            new Thread(() -> replica.runRounds(random), "rounds " + i).start();
        }
    }

    /** Says the first line of a text: the message of a server's client may quote a script. */
    private void say(String text) {
        try {
            witness.say(text.lines().findFirst().orElse(""));
        } catch (Exception e) {
            System.exit(1);
        }
    }

    private void runRounds(SplittableRandom random) {
        ToolSet tools = ToolSet.of(
                tool("search", Effects.reads("account"), body("search", false)),
                tool("read", Effects.reads("account/{id}"), body("read", false)),
                tool("write", Effects.writes("account/{id}"), body("write", true)),
                tool("audit", Effects.writes("account"), body("audit", true)));
        try (ToolCallExecutor executor = executor(true)) {
            while (true) {
                List<ToolCall> calls = new ArrayList<>();
                for (int i = 0; i < CALLS; i++) {
                    int dice = random.nextInt(300);
                    String tool = dice == 0 ? "audit" : dice < 20 ? "search" : dice < 150 ? "read" : "write";
                    calls.add(call(tool, random.nextInt(ACCOUNTS)));
                }
                List<CallResult> failed = executor.execute(calls, tools).stream()
                        .filter(result -> !result.isSuccess())
                        .toList();
                failed.forEach(result -> say("! " + result.outcome().message()));
                if (!failed.isEmpty()) {
                    // As a model that is told so: it does not try again at once, and leaves the others some of the
                    // machine.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private ToolCallExecutor executor(boolean shared) {
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder()
                .maxConcurrency(CALLS)
                .totalConcurrency(OF_ALL)
                .exclusiveAcrossConversations(true)
                .policy("search", ToolPolicy.builder().maxConcurrency(OF_SEARCH).build());
        return (shared ? builder.replicaLimits(limits) : builder.interceptor(call -> call.proceed())).build();
    }

    private static ToolDefinition tool(String name, Effects effects, ToolBody body) {
        return ToolDefinition.of(name, effects, body);
    }

    private static ToolCall call(String tool, int account) {
        return new ToolCall("id", tool, JsonNodeFactory.instance.objectNode().put("id", String.valueOf(account)));
    }

    private ToolBody body(String tool, boolean writes) {
        return call -> {
            String path = tool.equals("search") || tool.equals("audit")
                    ? "account"
                    : "account/" + call.arguments().path("id").asText();
            String number = witness.begins(tool, writes, path);
            // Work of some length, so that replicas are killed in the middle of it.
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(MOST_NANOS));
            witness.ends(number);
            return "done";
        };
    }

    /** What one call alone takes, with limits of this JVM and with those of all, in turn. */
    private void measure(int count) throws Exception {
        ToolSet tools = ToolSet.of(tool("write", Effects.writes("account/{id}"), call -> "done"));
        try (ToolCallExecutor local = executor(false);
                ToolCallExecutor shared = executor(true)) {
            List<Long> alone = new ArrayList<>();
            List<Long> together = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                List<ToolCall> calls = List.of(call("write", i % ACCOUNTS));
                alone.add(nanos(() -> local.execute(calls, tools)));
                together.add(nanos(() -> shared.execute(calls, tools)));
                // As if the model took its time: the release is not part of the next call.
                LockSupport.parkNanos(200_000);
            }
            witness.say("= " + figures("with local limits", alone) + "; " + figures("with shared limits", together));
        }
        limits.close();
    }

    private static long nanos(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static String figures(String what, List<Long> nanos) {
        List<Long> warm =
                nanos.subList(nanos.size() / 3, nanos.size()).stream().sorted().toList();
        return "%s p50 %d us, p99 %d us"
                .formatted(what, warm.get(warm.size() / 2) / 1_000, warm.get(warm.size() * 99 / 100) / 1_000);
    }
}
