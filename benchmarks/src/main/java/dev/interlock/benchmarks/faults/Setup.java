package dev.interlock.benchmarks.faults;

import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolPolicy;
import dev.interlock.execution.Concurrency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The random configuration of an episode's executor and batches. Immutable. */
final class Setup {

    static final List<String> TOOLS = List.of("peek", "poke", "copy", "calc", "put", "alone", "mystery", "guess");

    /** Sources of the calls' threads. */
    enum Threads {
        VIRTUAL,
        PLATFORM,
        /** A factory that sometimes throws or returns null. */
        UNRELIABLE
    }

    /** The interceptors and listeners around the calls. */
    enum Around {
        PASS,
        CHANGE,
        REFUSE,
        FAIL_AFTER,
        PAUSE,
        AWAIT,
        STUBBORN
    }

    /**
     * Tools that share a cap.
     *
     * @param limit how many calls may run at a time
     * @param tools their names
     */
    record Group(int limit, List<String> tools) {}

    final boolean limited;
    final boolean brief;
    final int maxConcurrency;
    final Duration timeout;
    final Duration callTimeout;
    final Duration roundTimeout;
    final Duration grace;
    final Duration held;
    final int total;
    final List<Group> groups = new ArrayList<>();
    final Map<String, ToolPolicy> policies = new LinkedHashMap<>();
    final boolean failFast;
    final boolean coalescing;
    final boolean exclusive;
    final boolean listening;
    final int maxCalls;
    final List<Around> around = new ArrayList<>();

    /** How many of the interceptors, from the first on, need no turn. */
    final int beforeTurn;

    final Threads threads;
    final int talks;
    final int batches;
    final boolean closes;

    /** Whether tools say that their calls are pending, and whether a person is asked for some calls. */
    final boolean pends;

    final boolean asks;

    /** Whether a guard keeps some rounds on their owner. */
    final boolean guarded;

    Setup(SplittableRandom random) {
        brief = random.nextInt(6) == 0;
        limited = !brief && random.nextInt(4) != 0;
        boolean shared = !brief && random.nextInt(2) == 0;
        maxConcurrency = random.nextInt(4) == 0 ? Concurrency.UNLIMITED : random.nextInt(1, 9);
        timeout = limited && random.nextInt(3) == 0 ? micros(random, 300, 3_000) : null;
        callTimeout = limited && random.nextInt(3) == 0 ? micros(random, 500, 6_000) : null;
        roundTimeout = limited && random.nextInt(3) == 0 ? micros(random, 1_000, 9_000) : null;
        grace = micros(random, 100, 2_000);
        held = micros(random, 300, 8_000);
        total = shared && random.nextInt(3) == 0 ? random.nextInt(1, 5) : 0;
        if (shared && random.nextInt(3) == 0) {
            groups.add(new Group(random.nextInt(1, 4), List.of("peek", "calc")));
            if (random.nextBoolean()) {
                groups.add(new Group(random.nextInt(1, 4), List.of("poke", "calc", "put")));
            }
        }
        for (String tool : TOOLS) {
            if (!brief && random.nextInt(3) == 0) {
                policies.put(tool, policy(random, tool, shared));
            }
        }
        failFast = random.nextInt(8) == 0;
        coalescing = random.nextInt(5) == 0;
        exclusive = shared && random.nextInt(3) == 0;
        listening = random.nextInt(4) == 0;
        maxCalls = random.nextInt(10) == 0 ? random.nextInt(3, 10) : Integer.MAX_VALUE;
        if (!brief && random.nextInt(4) == 0) {
            int count = random.nextInt(1, 3);
            for (int i = 0; i < count; i++) {
                around.add(Around.values()[random.nextInt(Around.values().length)]);
            }
        }
        beforeTurn = random.nextInt(around.size() + 1);
        int kind = random.nextInt(10);
        threads = kind == 0 ? Threads.UNRELIABLE : kind < 3 ? Threads.PLATFORM : Threads.VIRTUAL;
        talks = random.nextInt(1, 4);
        batches = brief ? 60 : random.nextInt(6, 20);
        closes = random.nextInt(25) == 0;
        guarded = random.nextInt(5) == 0;
        pends = random.nextInt(3) == 0;
        asks = random.nextInt(brief ? 12 : 4) == 0;
    }

    private ToolPolicy policy(SplittableRandom random, String tool, boolean shared) {
        ToolPolicy.Builder builder = ToolPolicy.builder().idempotent(tool.equals("put"));
        if (limited && random.nextInt(3) == 0) {
            builder.timeout(micros(random, 200, 3_000));
        }
        if (limited && random.nextInt(4) == 0) {
            builder.callTimeout(micros(random, 500, 5_000));
        }
        if (random.nextInt(3) == 0) {
            builder.priority(random.nextInt(-2, 3));
        }
        if (shared && random.nextInt(3) == 0) {
            builder.maxConcurrency(random.nextInt(1, 4));
        }
        if (random.nextInt(2) == 0) {
            builder.retry(RetryPolicy.builder()
                    .maxAttempts(random.nextInt(2, 4))
                    .initialDelay(micros(random, 0, 400))
                    .maxDelay(Duration.ofMillis(1))
                    .build());
        }
        return builder.build();
    }

    private static Duration micros(SplittableRandom random, int from, int to) {
        return Duration.ofNanos(random.nextInt(from, to) * 1_000L);
    }

    /** Whether a time limit can end a call of the tool. */
    boolean limits(String tool) {
        ToolPolicy policy = policies.getOrDefault(tool, ToolPolicy.DEFAULT);
        return timeout != null
                || callTimeout != null
                || roundTimeout != null
                || policy.timeout() != null
                || policy.callTimeout() != null;
    }

    @Override
    public String toString() {
        return "maxConcurrency " + maxConcurrency + ", timeout " + timeout + ", callTimeout " + callTimeout
                + ", roundTimeout " + roundTimeout + ", grace " + grace + ", held " + held + ", total " + total
                + ", groups " + groups + ", policies " + policies + (failFast ? ", failFast" : "")
                + (coalescing ? ", coalescing" : "") + (exclusive ? ", exclusive" : "") + ", maxCalls " + maxCalls
                + ", around " + around + ", of which before the turn " + beforeTurn + ", threads " + threads
                + ", talks " + talks + (closes ? ", closes" : "") + (guarded ? ", guarded" : "")
                + (pends ? ", pends" : "") + (asks ? ", asks" : "");
    }
}
