package dev.interlock.task;

import dev.interlock.call.CallResult;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.Wait;
import dev.interlock.langchain4j.TaskEvent;
import dev.interlock.langchain4j.TaskListener;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress: one line for each event, and on a terminal a moving line below them with the calls that run now.
 * Thread-safe.
 */
final class Progress implements TaskListener, AutoCloseable {

    private static final int WIDTH = 100;
    private static final long TICK_MILLIS = 100;
    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final String ERASE = "\r\u001b[2K";

    private final PrintWriter out;
    private final @Nullable Thread spinner;

    // Guarded by this.
    private final Map<Integer, String> running = new TreeMap<>();

    /** What calls of the round wait for, or have waited for last. */
    private final Map<Integer, Wait> waits = new HashMap<>();

    private String waitingFor = "";
    private long since = System.nanoTime();
    private int rounds;
    private int tick;
    private boolean over;

    Progress(PrintWriter out, boolean live) {
        this.out = out;
        this.spinner = live ? Thread.ofPlatform().daemon().name("spinner").start(this::spin) : null;
    }

    @Override
    public synchronized void onEvent(TaskEvent event) {
        switch (event) {
            case TaskEvent.TaskStarted started -> {}
            case TaskEvent.TextStreamed text -> {}
            case TaskEvent.ModelAsked asked -> now("the model");
            case TaskEvent.RoundProgress progress -> round(progress.event());
            case TaskEvent.TaskEnded ended -> now("");
        }
    }

    private void round(RoundEvent event) {
        switch (event) {
            case RoundEvent.RoundStarted started -> {
                int calls = started.calls().size();
                now("");
                waits.clear();
                line("round " + ++rounds + ": " + calls + (calls == 1 ? " call" : " calls"));
            }
            case RoundEvent.CallStarted started -> {
                running.put(
                        started.index(),
                        (started.index() + 1) + " " + started.call().tool());
                line("  start " + (started.index() + 1) + " " + started.call().tool() + " "
                        + started.call().arguments());
            }
            case RoundEvent.CallRetrying retrying ->
                line("  again " + (retrying.index() + 1) + " in "
                        + retrying.delay().toMillis() + " ms: "
                        + retrying.outcome().message());
            case RoundEvent.FootprintUncovered uncovered -> line("  note  " + uncovered.message());
            case RoundEvent.CallWaiting waiting -> waits.put(waiting.index(), waiting.waitsFor());
            case RoundEvent.CallEnded ended
            when ended.end() == CallEnd.SUSPENDED -> {
                running.remove(ended.index());
                line("  waits " + (ended.index() + 1) + " "
                        + ended.result().call().tool() + why(waits.get(ended.index()), ended.result()));
            }
            case RoundEvent.CallEnded ended -> {
                running.remove(ended.index());
                CallResult result = ended.result();
                line((result.isSuccess() ? "  done  " : "  FAIL  ") + (ended.index() + 1) + " "
                        + result.call().tool() + " " + result.duration().toMillis() + " ms"
                        + (result.attempts() > 1 ? " after " + result.attempts() + " attempts" : "")
                        + (result.isSuccess() ? "" : ": " + result.outcome().message()));
            }
            case RoundEvent.CallEvent other -> {}
            case RoundEvent.RoundEnded ended ->
                line("  round took " + ended.report().elapsed().toMillis() + " ms"
                        + (ended.report().results().size() == 1
                                ? ""
                                : ", one by one "
                                        + ended.report().sequentialTime().toMillis() + " ms"));
        }
    }

    private static String why(@Nullable Wait wait, CallResult result) {
        return switch (wait) {
            case null -> ": " + result.outcome().message();
            case Wait.ForDecision decision -> ": " + decision.reason();
            default -> " for " + wait.text();
        };
    }

    private void now(String what) {
        waitingFor = what;
        since = System.nanoTime();
    }

    private void line(String text) {
        out.println((spinner == null ? "" : ERASE) + indented(text));
        out.flush();
        draw();
    }

    private static String indented(String text) {
        int indent = text.length() - text.stripLeading().length();
        return " ".repeat(indent) + Printable.line(text, WIDTH - indent);
    }

    private void draw() {
        String what = running.isEmpty() ? waitingFor : String.join(", ", running.values());
        if (spinner != null && !what.isEmpty() && !over) {
            long millis = (System.nanoTime() - since) / 1_000_000;
            String status = SPINNER[tick % SPINNER.length] + " " + what + " (" + millis / 1000 + "." + millis / 100 % 10
                    + " s)";
            out.print(ERASE + Printable.line(status, WIDTH - 20));
            out.flush();
        }
    }

    private void spin() {
        synchronized (this) {
            while (!over) {
                tick++;
                draw();
                try {
                    wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    /** Stops showing progress. */
    @Override
    public synchronized void close() {
        over = true;
        if (spinner != null) {
            out.print(ERASE);
            out.flush();
        }
        notifyAll();
    }
}
