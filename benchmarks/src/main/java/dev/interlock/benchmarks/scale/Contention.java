package dev.interlock.benchmarks.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Finds out with JDK Flight Recorder what threads waited for: a monitor, a lock, or a pinned carrier. Virtual threads
 * only have events of the last kind, see {@link Threads#PLATFORM}.
 */
final class Contention {

    private static final String MONITOR = "jdk.JavaMonitorEnter";
    private static final String PARK = "jdk.ThreadPark";
    private static final String PINNED = "jdk.VirtualThreadPinned";

    /**
     * A thread that waits for a JDK lock is parked on the lock's nested class. A thread parked on anything else waits
     * for work.
     */
    private static final String LOCK = "Lock$";

    /** The waits of one kind for one class. */
    private static final class Waits {
        private long count;
        private long nanos;
    }

    private final Map<String, Waits> waits = new TreeMap<>();

    private Contention() {}

    /** The code to watch. */
    interface Run {
        void run() throws Exception;
    }

    /** Runs and watches the code. */
    static Contention of(Run run) throws Exception {
        Contention contention = new Contention();
        try (Recording recording = new Recording()) {
            recording.enable(MONITOR).withThreshold(Duration.ZERO).withStackTrace();
            recording.enable(PARK).withThreshold(Duration.ZERO).withoutStackTrace();
            recording.enable(PINNED).withThreshold(Duration.ZERO).withoutStackTrace();
            recording.start();
            run.run();
            recording.stop();
            contention.read(recording);
        }
        return contention;
    }

    private void read(Recording recording) throws IOException {
        Path file = Files.createTempFile("scale", ".jfr");
        try {
            recording.dump(file);
            try (RecordingFile events = new RecordingFile(file)) {
                while (events.hasMoreEvents()) {
                    count(events.readEvent());
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private void count(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case MONITOR -> note("monitor of " + name(event.getClass("monitorClass")) + place(event), event);
            case PARK -> {
                RecordedClass on = event.getClass("parkedClass");
                if (on != null && on.getName().contains(LOCK)) {
                    note("lock " + name(on), event);
                }
            }
            case PINNED -> note("pinned", event);
            default -> {}
        }
    }

    private static String name(RecordedClass type) {
        return type.getName().substring(type.getName().lastIndexOf('.') + 1);
    }

    /** The place at which the monitor is entered. */
    private static String place(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        if (stack == null || stack.getFrames().isEmpty()) {
            return "";
        }
        RecordedMethod method = stack.getFrames().get(0).getMethod();
        return " in " + name(method.getType()) + "." + method.getName();
    }

    private void note(String what, RecordedEvent event) {
        Waits of = waits.computeIfAbsent(what, any -> new Waits());
        of.count++;
        of.nanos += event.getDuration().toNanos();
    }

    /**
     * Returns the waits in words, the longest first: for each class, the waits for a thousand calls and their total
     * time.
     */
    String text(long calls) {
        if (waits.isEmpty()) {
            return "none";
        }
        return String.join(
                "; ",
                waits.entrySet().stream()
                        .sorted(Comparator.comparingLong((Map.Entry<String, Waits> each) -> each.getValue().nanos)
                                .reversed())
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s %.2f (%.2f)",
                                each.getKey(),
                                each.getValue().count * 1e3 / calls,
                                each.getValue().nanos / 1e3 / calls))
                        .toList());
    }
}
