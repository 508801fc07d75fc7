package dev.interlock.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs one executor with a random configuration, and several conversations that use it at the same time. */
final class Episode {

    private static final long POLL_NANOS = 200_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SplittableRandom random;
    private final Log log;
    private final Surroundings surroundings;
    private final Probe probe;
    private final Subject subject;
    private final Later later;
    private final Watchdog watchdog;
    private final List<Talk> talks = new ArrayList<>();

    Episode(long seed, long number, Tally tally, Watchdog watchdog, ScheduledExecutorService timer) {
        this.random = new SplittableRandom(seed * 1_000_003 + number);
        this.log = new Log("seed " + seed + ", episode " + number, new Setup(random.split()), tally);
        this.surroundings = new Surroundings(log, timer);
        this.probe = new Probe(log);
        this.subject = new Subject(
                surroundings.executor(), new Tools(log, probe).set, new CallExecutors(random.nextInt(1, 4)));
        this.later = new Later(timer);
        this.watchdog = watchdog;
    }

    void run() {
        for (int i = 0; i < log.setup.talks; i++) {
            talks.add(new Talk(log, subject, later, watchdog, i == 0 ? null : "talk " + i, random.split()));
        }
        if (log.setup.closes) {
            later.in(random.nextInt(1, 20) * 1_000_000L, () -> {
                log.closing = true;
                subject.executor.close();
                log.closeSeq = log.sequence.incrementAndGet();
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
        log.over = true;
        later.awaitAll();
        boolean ended = awaitThat(
                "bodies end",
                () -> log.calls().stream().allMatch(call -> call.bodies.stream().noneMatch(BodyRun::running)));
        if (!ended) {
            return;
        }
        awaitThat("abandoned() is empty", () -> subject.executor.abandoned().isEmpty());
        awaitThat(
                "threads end",
                () -> log.calls().stream()
                        .allMatch(call -> call.bodies.stream()
                                .noneMatch(run -> subject.callExecutors.hadOwnThread(run) && run.thread.isAlive())));
        if (!log.closing) {
            probe.check(subject, talks.stream().map(Talk::key).toList());
        }
        subject.executor.close();
        subject.callExecutors.shutDown();
        new LogCheck(log).check(talks.stream().map(talk -> talk.batches).toList());
        surroundings.check();
    }

    interface Condition {
        boolean holds();
    }

    boolean awaitThat(String what, Condition condition) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                log.violation(
                        "all back",
                        "waited 20 s and still not: " + what + "; abandoned: " + subject.executor.abandoned());
                watchdog.dump(log.name);
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
