package dev.interlock.jfr;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Says whether rounds are recorded. It can be asked where there is no module {@code jdk.jfr}. */
public final class FlightRecorders {

    private static final boolean THERE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightRecorders() {}

    /**
     * What records a round that begins.
     *
     * @return null if nothing records rounds or calls
     */
    public static @Nullable RoundRecorder ofRound() {
        return THERE ? Recorder.ofRound() : null;
    }

    /** Only touched if there is a recorder. */
    private static final class Recorder {

        /** Without a recording no event class is loaded: that costs nothing but this question. */
        static @Nullable RoundRecorder ofRound() {
            return FlightRecorder.isInitialized() && RecordedEvents.areEnabled() ? new RoundRecording() : null;
        }
    }
}
