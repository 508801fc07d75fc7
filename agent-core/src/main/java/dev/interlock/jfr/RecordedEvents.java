package dev.interlock.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events in a recording. Their texts hold no characters that could command a terminal. */
final class RecordedEvents {

    private RecordedEvents() {}

    static boolean areEnabled() {
        return new OfRound().isEnabled()
                || new OfCall().isEnabled()
                || new OfWait().isEnabled()
                || new OfRetry().isEnabled();
    }

    /** A round, from its beginning to the end of its last call. */
    @Name("dev.interlock.Round")
    @Label("Round")
    @Category("Interlock")
    @Description("The execution of the calls of one model response")
    @StackTrace(false)
    static final class OfRound extends Event {
        @Label("Round")
        long round;

        @Label("Calls")
        int calls;

        @Label("Calls That Did Not Succeed")
        int failed;

        @Label("One After Another")
        @Description("How long the tools took together, with the waits for another attempt")
        @Timespan(Timespan.NANOSECONDS)
        long sequentialTime;
    }

    /** A call, from its planning to its end. */
    @Name("dev.interlock.Call")
    @Label("Call")
    @Category("Interlock")
    @Description("A call of a tool, with its waits")
    @StackTrace(false)
    static final class OfCall extends Event {
        @Label("Round")
        long round;

        @Label("Call")
        @Description("Its place in the round, from 1")
        int call;

        @Label("Tool")
        @Nullable
        String tool;

        @Label("End")
        @Nullable
        String end;

        @Label("Attempts")
        int attempts;

        @Label("Ran")
        @Description("From its first attempt's start to its last one's end")
        @Timespan(Timespan.NANOSECONDS)
        long ran;
    }

    /** A call waits. */
    @Name("dev.interlock.Wait")
    @Label("Wait")
    @Category("Interlock")
    @Description("A call waits for others, a permit, a cap, a resource, or its approval")
    @StackTrace(false)
    static final class OfWait extends Event {
        @Label("Round")
        long round;

        @Label("Call")
        @Description("Its place in the round, from 1")
        int call;

        @Label("Tool")
        @Nullable
        String tool;

        @Label("Kind")
        @Nullable
        String kind;

        @Label("Waits For")
        @Nullable
        String waitsFor;
    }

    /** A call waits for its next attempt. */
    @Name("dev.interlock.Retry")
    @Label("Retry")
    @Category("Interlock")
    @Description("An attempt of a call has failed, and another one follows")
    @StackTrace(false)
    static final class OfRetry extends Event {
        @Label("Round")
        long round;

        @Label("Call")
        @Description("Its place in the round, from 1")
        int call;

        @Label("Tool")
        @Nullable
        String tool;

        @Label("Attempt")
        @Description("The attempt that failed, from 1")
        int attempt;

        @Label("Delay")
        @Timespan(Timespan.NANOSECONDS)
        long delay;
    }
}
