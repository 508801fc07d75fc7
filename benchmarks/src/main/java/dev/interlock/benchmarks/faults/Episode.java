package dev.interlock.benchmarks.faults;

import dev.interlock.call.ToolCall;
import dev.interlock.execution.ToolBinding;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One executor, configured at random, and some conversations that use it at the same time. */
final class Episode {

    private static final long POLL_NANOS = 200_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    final String name;
    final Setup setup;
    final Tally tally;
    final Watchdog watchdog;
    final AtomicLong sequence = new AtomicLong();
    final ToolCallExecutor executor;
    final Tools tools;
    final Probe probe;
    final List<Talk> talks = new ArrayList<>();

    /** When the executor had been closed; 0 if it was not. */
    volatile long closeSeq;

    volatile boolean closing;

    private final SplittableRandom random;
    private final Surroundings surroundings;
    private final ScheduledExecutorService timer;
    private final Queue<Future<?>> later = new ConcurrentLinkedQueue<>();
    private final Map<String, ScriptedCall> scripts = new ConcurrentHashMap<>();
    private final Map<String, ToolBinding> bindings = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ExecutorService pool;
    private final Set<Thread> poolThreads = ConcurrentHashMap.newKeySet();
    private final AtomicLong carriers = new AtomicLong();
    private final long deadline = System.nanoTime() + PATIENCE_NANOS;

    Episode(long seed, long number, Tally tally, Watchdog watchdog, ScheduledExecutorService timer) {
        this.name = "seed " + seed + ", episode " + number;
        this.random = new SplittableRandom(seed * 1_000_003 + number);
        this.setup = new Setup(random.split());
        this.tally = tally;
        this.watchdog = watchdog;
        this.timer = timer;
        this.surroundings = new Surroundings(this, timer);
        this.executor = surroundings.executor();
        this.tools = new Tools(this);
        this.probe = new Probe(this);
        this.pool = Executors.newFixedThreadPool(random.nextInt(1, 4), body -> {
            Thread thread = Thread.ofPlatform().daemon().unstarted(body);
            poolThreads.add(thread);
            return thread;
        });
    }

    void run() {
        for (int i = 0; i < setup.talks; i++) {
            talks.add(new Talk(this, i == 0 ? null : "talk " + i, random.split()));
        }
        if (setup.closes) {
            later(random.nextInt(1, 20) * 1_000_000L, () -> {
                closing = true;
                executor.close();
                closeSeq = sequence.incrementAndGet();
            });
        }
        List<Thread> threads = new ArrayList<>();
        for (Talk talk : talks) {
            threads.add(
                    random.nextBoolean()
                            ? Thread.ofVirtual().start(talk::run)
                            : Thread.ofPlatform().daemon().start(talk::run));
        }
        threads.forEach(Episode::join);
        gate.countDown();
        later.forEach(Episode::await);
        boolean ended = awaitThat(
                "bodies end",
                () -> scripts.values().stream()
                        .allMatch(call -> call.bodies.stream().noneMatch(BodyRun::running)));
        if (!ended) {
            return;
        }
        awaitThat("abandoned() is empty", () -> executor.abandoned().isEmpty());
        awaitThat(
                "threads end",
                () -> scripts.values().stream()
                        .allMatch(call ->
                                call.bodies.stream().noneMatch(run -> hadOwnThread(run) && run.thread.isAlive())));
        if (!closing) {
            probe.check();
        }
        executor.close();
        pool.shutdownNow();
        new LogCheck(this).check();
        surroundings.check();
    }

    /** Whether the body ran on a thread that the engine made for it. */
    boolean hadOwnThread(BodyRun run) {
        return !run.onCaller() && !poolThreads.contains(run.thread);
    }

    /** Whether the conversations should come to an end, since they have been slow. */
    boolean overdue() {
        return System.nanoTime() - deadline > 0;
    }

    void later(long nanos, Runnable action) {
        later.add(timer.schedule(action, nanos, TimeUnit.NANOSECONDS));
    }

    boolean gateIsOpen() {
        return gate.getCount() == 0;
    }

    long nextNumber() {
        return numbers.incrementAndGet();
    }

    void add(ScriptedCall call) {
        scripts.put(call.call.id(), call);
        tally.add("calls");
    }

    ScriptedCall script(ToolCall call) {
        return call.id() == null ? null : scripts.get(call.id());
    }

    ToolBinding binding(String tool, ToolDefinition definition) {
        return bindings.computeIfAbsent(
                tool,
                name -> definition == null
                        ? executor.rounds().bindUnknown(name)
                        : executor.rounds().bind(definition));
    }

    /** A user's executor: a small pool, the calling thread itself, or one that rejects now and then. */
    Executor carrier() {
        return switch ((int) (carriers.getAndIncrement() % 4)) {
            case 0, 1 -> pool;
            case 2 -> Runnable::run;
            default ->
                task -> {
                    if (carriers.getAndIncrement() % 3 == 0) {
                        throw new RejectedExecutionException("not now");
                    }
                    pool.execute(task);
                };
        };
    }

    void violation(String rule, String what) {
        tally.violation(rule, what + "\n    " + name + ": " + setup);
    }

    interface Condition {
        boolean holds();
    }

    boolean awaitThat(String what, Condition condition) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                violation("all back", "waited 20 s and still not: " + what + "; abandoned: " + executor.abandoned());
                watchdog.dump(name);
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private static void await(Future<?> future) {
        try {
            future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
