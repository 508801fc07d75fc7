package dev.interlock.report;

import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundListener;
import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A listener that shows the progress of long rounds. On a terminal it updates one line; elsewhere it writes a line now
 * and then. It shows nothing of quick rounds, and never arguments or results.
 *
 * {@snippet :
 * try (TerminalProgress progress = TerminalProgress.terminal()) {
 *     ParallelTools parallel = ParallelTools.builder().listener(progress).build();
 *     // ... a conversation ...
 * }
 * }
 *
 * <pre>
 * ⠙ round 7: 3 of 8 done, 1 failed, 2 run (search, read), 3 wait, 1.2 s
 * </pre>
 *
 * <p>It writes at most ten times a second on a terminal, and at most every five seconds elsewhere. It writes on the
 * threads of calls, and on a daemon thread that exists only while rounds run. Thread-safe. A call does not wait for
 * another call's writing.
 */
public final class TerminalProgress implements RoundListener, AutoCloseable {

    /** How long a round runs before the listener shows it, in nanoseconds. */
    private static final long QUICK = 300_000_000;

    private static final long LIVE_PERIOD = 100_000_000;
    private static final long PLAIN_PERIOD = 5_000_000_000L;

    private final PrintStream out;
    private final boolean live;
    private final LongSupplier clock;
    private final boolean ticksItself;
    private final RunningRounds rounds;

    /** The writing thread holds this lock. Other threads skip their writing meanwhile. */
    private final ReentrantLock writing = new ReentrantLock();

    // Guarded by writing.
    private boolean shown;
    private @Nullable Long written;
    private int frame;

    // Guarded by this.
    private @Nullable Thread ticker;
    private volatile boolean closed;

    TerminalProgress(PrintStream out, TextStyle style, LongSupplier clock, boolean ticksItself) {
        this.out = Objects.requireNonNull(out, "out");
        this.live = style.color();
        this.clock = clock;
        this.ticksItself = ticksItself;
        this.rounds = new RunningRounds(style);
    }

    /**
     * Creates a listener that writes to the standard error in the style of {@link TextStyle#terminal()}.
     *
     * @return the listener
     */
    public static TerminalProgress terminal() {
        return to(System.err, TextStyle.terminal());
    }

    /**
     * Creates a listener that writes to a stream.
     *
     * @param out the stream
     * @param style the width and the characters; the listener updates one line if the style allows escape sequences,
     *     see {@link TextStyle#color()}
     * @return the listener
     */
    public static TerminalProgress to(PrintStream out, TextStyle style) {
        return new TerminalProgress(out, Objects.requireNonNull(style, "style"), System::nanoTime, true);
    }

    @Override
    public void onEvent(RoundEvent event) {
        if (closed) {
            return;
        }
        boolean over = rounds.add(event, clock.getAsLong());
        if (event instanceof RoundEvent.RoundStarted && ticksItself) {
            startTicker();
        }
        if (over) {
            clear();
        } else {
            tick();
        }
    }

    /** Writes if the time has come. */
    void tick() {
        if (!closed && writing.tryLock()) {
            try {
                writeIfDue(clock.getAsLong());
            } finally {
                writing.unlock();
            }
        }
    }

    private void writeIfDue(long now) {
        long period = live ? LIVE_PERIOD : PLAIN_PERIOD;
        if (written != null && now - written < period) {
            return;
        }
        String line = rounds.line(now, live ? QUICK : PLAIN_PERIOD, live ? frame : -1);
        if (line != null) {
            frame++;
            written = now;
            shown = live;
            out.print(live ? "\r\u001b[2K" + line : line + System.lineSeparator());
            out.flush();
        }
    }

    /** Removes the updated line when no round runs any more. */
    private void clear() {
        writing.lock();
        try {
            if (shown && rounds.isEmpty()) {
                shown = false;
                written = null;
                out.print("\r\u001b[2K");
                out.flush();
            }
        } finally {
            writing.unlock();
        }
    }

    private synchronized void startTicker() {
        if (ticker == null && !closed) {
            ticker = Thread.ofPlatform().daemon().name("interlock-progress").start(this::tickWhileRoundsRun);
        }
    }

    private void tickWhileRoundsRun() {
        while (goesOn()) {
            tick();
            LockSupport.parkNanos(this, LIVE_PERIOD);
        }
    }

    private synchronized boolean goesOn() {
        boolean goesOn = !closed && !rounds.isEmpty();
        if (!goesOn) {
            ticker = null;
        }
        return goesOn;
    }

    /** Stops the listener: it shows nothing from now on. */
    @Override
    public void close() {
        closed = true;
        rounds.clear();
        clear();
    }
}
