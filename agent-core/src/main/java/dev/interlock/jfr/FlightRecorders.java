package dev.interlock.jfr;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Tells whether a flight recording records rounds. It also works without the module {@code jdk.jfr}. */
public final class FlightRecorders {

    private static final boolean THERE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightRecorders() {}

    /**
     * Returns a recorder for a round that begins.
     *
     * @return the recorder; null if no recording takes rounds or calls
     */
    public static @Nullable RoundRecorder ofRound() {
        return THERE ? Recorder.ofRound() : null;
    }

    /** Loaded only if the JVM has a flight recorder. */
    private static final class Recorder {

        /** Without a recording this loads no event class and costs no more than this test. */
        static @Nullable RoundRecorder ofRound() {
            return FlightRecorder.isInitialized() && RecordedEvents.areEnabled() ? new RoundRecording() : null;
        }
    }
}
