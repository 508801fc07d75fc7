package dev.interlock.benchmarks.faults;

import dev.interlock.benchmarks.faults.Setup.Around;
import dev.interlock.benchmarks.faults.Setup.Threads;
import dev.interlock.call.ToolCall;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.execution.CallInterceptor;
import dev.interlock.execution.CallRefusedException;
import dev.interlock.execution.InterceptedCall;
import dev.interlock.execution.RoundGuard;
import dev.interlock.execution.ToolCallExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The user code around an episode's executor: interceptors, listeners and thread factories. */
final class Surroundings {

    /** Thrown by an interceptor on purpose. */
    static final class InterceptorFailure extends Exception {
        private static final long serialVersionUID = 1L;

        InterceptorFailure(String message) {
            super(message, null, false, false);
        }
    }

    /** Thrown by a thread factory on purpose. */
    static final class NoThread extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoThread() {
            super("no thread today", null, false, false);
        }
    }

    private final Log log;
    private final ScheduledExecutorService timer;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();

    /** How many times listeners heard of an end, by round and call. */
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    private final Map<Long, AtomicInteger> roundEnds = new ConcurrentHashMap<>();

    Surroundings(Log log, ScheduledExecutorService timer) {
        this.log = log;
        this.timer = timer;
    }

    ToolCallExecutor executor() {
        Setup setup = log.setup;
        ToolCallExecutor.Builder builder = ToolCallExecutor.builder()
                .maxConcurrency(setup.maxConcurrency)
                .gracePeriod(setup.grace)
                .heldResourceTimeout(setup.held)
                .failFast(setup.failFast)
                .coalescing(setup.coalescing)
                .exclusiveAcrossConversations(setup.exclusive)
                .maxCallsPerBatch(setup.maxCalls);
        if (setup.timeout != null) {
            builder.timeout(setup.timeout);
        }
        if (setup.callTimeout != null) {
            builder.callTimeout(setup.callTimeout);
        }
        if (setup.roundTimeout != null) {
            builder.roundTimeout(setup.roundTimeout);
        }
        if (setup.total > 0) {
            builder.totalConcurrency(setup.total);
        }
        setup.groups.forEach(
                group -> builder.groupConcurrency(group.limit(), group.tools().toArray(String[]::new)));
        for (int i = 0; i < setup.around.size(); i++) {
            builder.interceptor(new Interceptor(setup.around.get(i), i >= setup.beforeTurn));
        }
        if (setup.asks) {
            builder.interceptor(ApprovalInterceptor.builder(call -> CompletableFuture.completedFuture(
                            call.index() % 4 == 3 ? Approval.approved() : Approval.pending("the harness")))
                    .when(call -> {
                        ScriptedCall script = log.script(call.call());
                        return script != null && script.asks;
                    })
                    .build());
        }
        if (setup.threads != Threads.VIRTUAL) {
            builder.threadFactory(factory(setup.threads == Threads.UNRELIABLE));
        }
        if (setup.listening) {
            builder.listener(this::listen);
        }
        if (setup.guarded) {
            builder.roundGuard(
                    calls -> calls.hashCode() % 3 == 0 ? RoundGuard.Where.ANYWHERE : RoundGuard.Where.ON_OWNER);
        }
        return builder.build();
    }

    private ThreadFactory factory(boolean unreliable) {
        return body -> {
            int number = threads.incrementAndGet();
            if (unreliable && number % 23 == 0) {
                throw new NoThread();
            }
            if (unreliable && number % 29 == 0) {
                return null;
            }
            return number % 4 == 0
                    ? Thread.ofVirtual().unstarted(body)
                    : Thread.ofPlatform().daemon().unstarted(body);
        };
    }

    /** An interceptor that may need no turn. */
    private final class Interceptor implements CallInterceptor {
        private final Around around;
        private final boolean needsTurn;

        Interceptor(Around around, boolean needsTurn) {
            this.around = around;
            this.needsTurn = needsTurn;
        }

        @Override
        public Object intercept(InterceptedCall call) throws Exception {
            return Surroundings.this.intercept(around, call);
        }

        @Override
        public boolean needsTurn() {
            return needsTurn;
        }
    }

    private Object intercept(Around around, InterceptedCall call) throws Exception {
        ScriptedCall script = log.script(call.call());
        if (script == null) {
            return call.proceed();
        }
        long chance = script.number % 10;
        switch (around) {
            case PASS -> {}
            case CHANGE -> {
                ToolCall same = call.call();
                return call.proceed(
                        new ToolCall(same.id(), same.tool(), same.arguments().deepCopy()));
            }
            case REFUSE -> {
                if (chance == 0) {
                    throw new CallRefusedException("the harness refuses");
                }
            }
            case FAIL_AFTER -> {
                Object result = call.proceed();
                if (chance == 1) {
                    throw new InterceptorFailure("after the call");
                }
                return result;
            }
            case PAUSE -> {
                if (chance < 5) {
                    call.withoutPermit(() -> {
                        Tools.park(Math.min(script.nanos, 300_000));
                        return null;
                    });
                }
                Object result = call.proceed();
                if (chance == 6) {
                    call.withoutPermit(() -> {
                        Tools.park(Math.min(script.nanos, 300_000));
                        return null;
                    });
                }
                return result;
            }
            case AWAIT -> await(call, script, chance);
            case STUBBORN -> {
                try {
                    await(call, script, chance);
                } catch (InterruptedException e) {
                    LockSupport.parkNanos(100_000);
                }
            }
        }
        return call.proceed();
    }

    private void await(InterceptedCall call, ScriptedCall script, long chance) throws Exception {
        if (chance < 5) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            if (chance > 0) {
                var unused = timer.schedule(
                        () -> answer.complete("yes"), Math.min(script.nanos, 300_000), TimeUnit.NANOSECONDS);
            }
            call.await(answer, chance == 4 ? Duration.ofSeconds(30) : Duration.ofMillis(2));
        }
    }

    private void listen(RoundEvent event) {
        switch (event) {
            case RoundEvent.CallEnded ended ->
                ends.computeIfAbsent(ended.round() + "/" + ended.index(), key -> new AtomicInteger())
                        .incrementAndGet();
            case RoundEvent.RoundEnded ended ->
                roundEnds
                        .computeIfAbsent(ended.round(), key -> new AtomicInteger())
                        .incrementAndGet();
            default -> {}
        }
        if (events.incrementAndGet() % 7 == 0) {
            throw new IllegalStateException("a listener fails");
        }
    }

    void check() {
        ends.forEach((call, count) -> {
            if (count.get() != 1) {
                log.violation("events", "the end of call " + call + " was told " + count + " times");
            }
        });
        roundEnds.forEach((round, count) -> {
            if (count.get() != 1) {
                log.violation("events", "the end of round " + round + " was told " + count + " times");
            }
        });
    }
}
